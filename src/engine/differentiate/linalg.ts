import { add, matmul, mul, neg, swapped } from "../graph/build.ts";
import { constant, make, type Node } from "../graph/node.ts";
import { flat, type Rule, type Rules, slopes } from "./rule.ts";

/** [n, n]: 1 below the diagonal, `diagonal` on it, 0 above; or the other way round. */
const triangle = (n: number, diagonal: number, lower = true): Node => {
  const values = Float64Array.from({ length: n * n }, (_, at) => {
    const below = Math.floor(at / n) - (at % n);
    return below === 0 ? diagonal : Number(below > 0 === lower);
  });
  return constant(values, [n, n]);
};

const sizeOfMatrix = ({ shape }: Node): number => shape[shape.length - 1];

const solveTransposed = (l: Node, b: Node): Node => make("triangularSolve", [l, b], { transpose: true, lower: true });

/** x = T⁻¹ b: b̄ = T⁻ᵀ x̄, and T̄ = −b̄ xᵀ on the triangle; transposed where T was. */
const solveRule: Rule<"triangularSolve"> = (x, [g], { wanted }) => {
  if (!g) return [];
  const { transpose, lower } = x.attributes;
  const [t] = x.inputs;
  const inB = make("triangularSolve", [t, g], { transpose: !transpose, lower });
  if (!wanted[0]) return [undefined, inB];
  const outer = transpose ? matmul(x, swapped(inB)) : matmul(inB, swapped(x));
  return [neg(mul(outer, triangle(sizeOfMatrix(t), 1, lower))), inB];
};

export const linalgRules: Rules<"matmul" | "cholesky" | "lu" | "triangularSolve"> = {
  matmul: slopes(
    (g, { inputs: [, b] }) => matmul(g, swapped(b)),
    (g, { inputs: [a] }) => matmul(swapped(a), g),
  ),
  // Murray 2016, "Differentiation of the Cholesky decomposition", eq. 10: L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, made symmetric.
  cholesky: slopes((g, l) => {
    const inner = mul(matmul(swapped(l), g), triangle(sizeOfMatrix(l), 0.5));
    const both = solveTransposed(l, swapped(solveTransposed(l, inner)));
    return mul(0.5, add(both, swapped(both)));
  }),
  // What is made of it has a gradient of its own: solutions and determinants, in src/ops/.
  lu: flat,
  triangularSolve: solveRule,
};
