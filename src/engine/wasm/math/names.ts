/** The functions of the library: of one vector worked out in the program's precision, of one in double precision, and of two. */
export const nativeNames = [
  "exp",
  "expm1",
  "log",
  "log1p",
  "tanh",
  "sigmoid",
  "softplus",
  "log1pSquare",
  "log1mexp",
] as const;
export const doubleNames = [
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "asinh",
  "acosh",
  "atanh",
  "erf",
  "erfc",
  "erfinv",
  "normalCdf",
  "normalLogCdf",
  "inverseMills",
  "normalQuantile",
  "lgamma",
  "digamma",
  "trigamma",
  "stirlingGap",
] as const;
export const pairNames = ["pow", "logBeta", "deviance"] as const;

export type NativeName = (typeof nativeNames)[number];
export type DoubleName = (typeof doubleNames)[number];
export type UnaryName = NativeName | DoubleName;
export type PairName = (typeof pairNames)[number];
export type MathName = UnaryName | PairName;
