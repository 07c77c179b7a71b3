export { interval, lower, positive, upper } from "./bounds.ts";
export { chain } from "./chain.ts";
export { wholeNumbers, wholeNumbersTo, zeroOrOne } from "./discrete.ts";
export { affine, exp } from "./elementwise.ts";
export { ordered } from "./ordered.ts";
export { realLine, realVectors } from "./real.ts";
export { simplex } from "./simplex.ts";
export type { Support, ValueSet } from "./support.ts";
export type { Bijection, Mapped, Transform } from "./transform.ts";
