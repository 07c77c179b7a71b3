/**
 * A script that rounds the elementary functions of its host to 25 digits of its mantissa. Hosts differ in the last of 53, as ECMAScript
 * lets them; run before anything else, in two hosts, this makes their functions equal, so that what compiled programs compute can be
 * held to equal bits. Dekker 1971: hi = c − (c − x), c = (2²⁸ + 1) x.
 */
export const roundedMath = `
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
`;
