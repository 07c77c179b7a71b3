/** Two-dimensional linear algebra for closed forms: [a, b; b, c]. */
export interface Symmetric2 {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export const det = ({ a, b, c }: Symmetric2): number => a * c - b * b;

export const inverse = (m: Symmetric2): Symmetric2 => ({ a: m.c / det(m), b: -m.b / det(m), c: m.a / det(m) });

export const times = ({ a, b, c }: Symmetric2, [x, y]: readonly [number, number]): [number, number] => [
  a * x + b * y,
  b * x + c * y,
];

/** KL(N(m0, S0) ‖ N(m1, S1)) in two dimensions. */
export const kl = (
  m0: readonly [number, number],
  s0: Symmetric2,
  m1: readonly [number, number],
  s1: Symmetric2,
): number => {
  const p = inverse(s1);
  const d: [number, number] = [m1[0] - m0[0], m1[1] - m0[1]];
  const [e, f] = times(p, d);
  const trace = p.a * s0.a + 2 * p.b * s0.b + p.c * s0.c;
  return 0.5 * (trace + d[0] * e + d[1] * f - 2 + Math.log(det(s1) / det(s0)));
};

export const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);
