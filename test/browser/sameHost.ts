/**
 * A script that takes from hosts what differs among them; it has to run before anything else.
 *
 * Elementary functions are rounded to 25 binary digits: hosts differ in the last of 53, as ECMAScript lets them. (Dekker 1971:
 * hi = c − (c − x), c = (2²⁸ + 1) x.) And one core is all there is, since other threads would have functions of their own.
 */
export const sameHost = `
for (const name of ["exp", "expm1", "log", "log1p", "log2", "log10", "pow", "sin", "cos", "tan", "asin", "acos", "atan", "atan2",
  "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "cbrt", "hypot"]) {
  const exact = Math[name];
  Math[name] = (...values) => {
    const value = exact(...values);
    const scaled = value * (2 ** 28 + 1);
    const rounded = scaled - (scaled - value);
    return Number.isFinite(rounded) ? rounded : value;
  };
}
if (globalThis.process) process.getBuiltinModule("node:os").availableParallelism = () => 1;
else Object.defineProperty(navigator, "hardwareConcurrency", { value: 1 });
`;
