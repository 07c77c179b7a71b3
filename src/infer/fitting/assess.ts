import type { Guide, Sampler } from "../../core/density.ts";
import { foldHostKey, type HostKey, type Key } from "../../core/key.ts";
import { hostValues } from "../../core/tensor.ts";
import { disposeTree } from "../../core/tree.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Conditioned } from "../../model/condition.ts";
import type { Values } from "../../model/site.ts";

/** Draws made in one go. */
const block = 500;

/** Fresh draws of a guide with both log densities: z [draws, size], logDensity and logQ [draws]. */
export interface Assessed {
  readonly z: Float64Array;
  readonly logDensity: Float64Array;
  readonly logQ: Float64Array;
  /** Whether logQ counts the guide's own noise and the way back to it. */
  readonly joint: boolean;
}

/** Draws from a guide at given parameters, with the log joint density and log q at each. */
export const assess = <L, P>(
  engine: Engine,
  conditioned: Conditioned<L>,
  data: Values,
  guide: Guide<P, Sampler>,
  params: P,
  key: HostKey,
  draws: number,
): Assessed => {
  const { size } = conditioned;
  const z = new Float64Array(draws * size);
  const logDensity = new Float64Array(draws);
  const logQ = new Float64Array(draws);
  // Every block has the same size, so that it is the same program; what is over at the end is left.
  const together = Math.min(block, draws);
  let joint = false;
  const drawBlock = engine.compile((at: P, given: Values, blockKey: Key) => {
    const sampler = guide.at(at);
    joint = sampler.retrace !== undefined;
    const { value, logQ: q } = (sampler.drawExactly ?? sampler.draw)(blockKey, [together]);
    return { value, logQ: q, logDensity: conditioned.at(given).logDensity(value) };
  });
  for (let from = 0, i = 0; from < draws; from += block, i++) {
    const count = Math.min(block, draws - from);
    const blockKey = engine.tensor(foldHostKey(key, i), [2], "int") as Key;
    const made = drawBlock(params, data, blockKey);
    z.set(hostValues(made.value).subarray(0, count * size), from * size);
    logQ.set(hostValues(made.logQ).subarray(0, count), from);
    logDensity.set(hostValues(made.logDensity).subarray(0, count), from);
    disposeTree(made);
    blockKey.dispose();
  }
  return { z, logDensity, logQ, joint };
};
