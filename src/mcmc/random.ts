/** A stream of standard normals from a stream of uniforms in (0, 1), two by two. Box & Muller 1958. */
export const normalsFrom = (uniform: () => number): (() => number) => {
  let spare = Number.NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = Number.NaN;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
};

/** log(eᵃ + eᵇ) without overflow. */
export const logAddExp = (a: number, b: number): number => {
  const larger = Math.max(a, b);
  return larger === Number.NEGATIVE_INFINITY ? larger : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
};
