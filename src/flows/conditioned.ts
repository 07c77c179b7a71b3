import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { leaves, mapTree } from "../core/tree.ts";
import { type Layer, mlp } from "../nn/mlp.ts";
import { split } from "../ops/random.ts";
import { contextBeside } from "./context.ts";
import type { Flow } from "./flow.ts";

export interface ConditionedParameters<P> {
  /** The flow's parameters where the network gives nothing. */
  readonly base: P;
  readonly network: readonly Layer[];
}

/** A vector of numbers [...batch, total], cut into pieces for the leaves and added to them: leaves [...batch, ...shape]. */
const shifted = <P>(base: P, numbers: Tensor): P => {
  const batch = numbers.shape.slice(0, -1);
  let used = 0;
  return mapTree(base, (leaf) => {
    const count = sizeOf(leaf.shape);
    const own = numbers.slice([...batch.map(() => 0), used], [...batch, count]).reshape([...batch, ...leaf.shape]);
    used += count;
    return own.add(leaf);
  });
};

/**
 * A flow whose own parameters a network gives, row by row, from a context: what Rezende & Mohamed 2015 amortise. For flows
 * without a network inside, whose maps take parameters with the batch's axes in front. With no context it is the flow itself.
 */
export const conditioned = <P>(
  who: string,
  flow: Flow<P>,
  context: number,
  hidden: readonly number[] = [32],
): Flow<P | ConditionedParameters<P>> => {
  if (context === 0) return flow as Flow<P | ConditionedParameters<P>>;
  const networkFor = (base: P) =>
    mlp({ inputs: context, outputs: leaves(base).reduce((sum, { shape }) => sum + sizeOf(shape), 0), hidden });
  return {
    random: flow.random,
    init: (key) => {
      const [forBase, forNetwork] = split(key, 2);
      const base = flow.init(forBase);
      return { base, network: networkFor(base).init(forNetwork) };
    },
    at: (params, given = {}) => {
      const { base, network } = params as ConditionedParameters<P>;
      const mapFor = (x: Tensor) => {
        const beside = contextBeside(who, x, given.context, context) as Tensor;
        return flow.at(shifted(base, networkFor(base).at(network)(beside)), { key: given.key });
      };
      return {
        rank: 1,
        forward: (x) => mapFor(x).forward(x),
        inverse: (y) => mapFor(y).inverse(y),
        domain: (shape) => shape,
      };
    },
  };
};
