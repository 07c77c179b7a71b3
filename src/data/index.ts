export { moons, swissRoll, twoSpirals } from "./curves.ts";
export { eightGaussians, pinwheel, rings, twoLines } from "./gaussianSets.ts";
export { annulus, checkerboard, twoUniforms } from "./uniformSets.ts";
