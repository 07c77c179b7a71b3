/** The spacing of the doubles, or floats, about x. */
const unitAt = (x: number, precision: "f64" | "f32"): number => {
  const [digits, least] = precision === "f64" ? [52, -1074] : [23, -149];
  const exponent = x === 0 ? least : Math.floor(Math.log2(Math.abs(x)));
  return 2 ** Math.max(least, exponent - digits);
};

/** How far `got` is from `want`, in units in the last place of `want`; 0 where both are NaN or the same, signed zeros apart. */
export const ulps = (got: number, want: number, precision: "f64" | "f32" = "f64"): number => {
  if (Object.is(got, want) || got === want) return Object.is(got, want) || want !== 0 ? 0 : Number.POSITIVE_INFINITY;
  const rounded = precision === "f64" ? want : Math.fround(want);
  if (Object.is(got, rounded)) return 0;
  if (!Number.isFinite(got) || !Number.isFinite(rounded)) return Number.POSITIVE_INFINITY;
  return Math.abs(got - want) / unitAt(want, precision);
};
