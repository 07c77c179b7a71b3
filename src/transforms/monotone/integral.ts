import { range } from "../../core/shape.ts";
import { gaussLegendre } from "../../core/special/gaussLegendre.ts";
import { fromHost, type Tensor } from "../../core/tensor.ts";
import { exp } from "../../ops/special.ts";
import { byRoot } from "../byRoot.ts";
import type { Mapped } from "../transform.ts";
import type { Monotone } from "./monotone.ts";
import { shifted } from "./sums.ts";

export interface IntegralOptions {
  /** For elements with these numbers, [...] each, the log of what is integrated, at t [..., n]: [..., n]. */
  readonly logIntegrand: (numbers: readonly Tensor[]) => (t: Tensor) => Tensor;
  /** How many numbers the integrand takes an element. */
  readonly count: number;
  /** Nodes of the Gauss–Legendre rule. */
  readonly nodes: number;
  /** Beyond ±bound the map goes straight on. */
  readonly bound: number;
}

/** g at the nodes between 0 and x and, in the same go, at x itself. */
const integrated = (x: Tensor, logIntegrand: (t: Tensor) => Tensor, n: number, bound: number): Mapped => {
  const { nodes, weights } = gaussLegendre(n);
  const inside = x.clipByValue(-bound, bound);
  const places = inside.expandDims(-1).mul(fromHost([...nodes, 1], [n + 1]));
  const logs = logIntegrand(places);
  const mean = exp(logs)
    .mul(fromHost([...weights, 0], [n + 1]))
    .sum(-1);
  const logDet = logs.slice([...range(x.rank).map(() => 0), n], [...x.shape, 1]).reshape(x.shape);
  return { value: mean.mul(inside).add(exp(logDet).mul(x.sub(inside))), logDet };
};

/**
 * ∫₀ˣ g(t; h) dt + c for |x| ≤ bound, g a positive function that looks at the numbers h of an element, and beyond it straight on with
 * the slope at the bound. The integral is a Gauss–Legendre rule; the log-slope is log g, so the two fit as well as the rule does: its error
 * falls exponentially in the nodes for a smooth g. 1 + count numbers: c, then h. The inverse is a root. Wehenkel & Louppe 2019.
 */
export const integral = ({ logIntegrand, count, nodes, bound }: IntegralOptions): Monotone => ({
  name: "integral",
  start: range(1 + count).map(() => 0),
  at: ([shift, ...numbers]) => {
    const own = logIntegrand(numbers);
    return byRoot(shifted((x) => integrated(x, own, nodes, bound), shift));
  },
});
