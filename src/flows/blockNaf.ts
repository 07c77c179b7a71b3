import { checkCount, checkOptions } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import { range } from "../core/shape.ts";
import { chain } from "./chain.ts";
import type { Flow } from "./flow.ts";
import { checkFlag, widths } from "./options.ts";
import { type BlockAutoregressiveParameters, blockAutoregressive } from "./parts/blockAutoregressive.ts";
import { reversal } from "./parts/reversal.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

export interface BlockNafOptions {
  /** 2 unless said. */
  readonly layers?: number;
  /** Units of each hidden layer for each coordinate, so that a layer over n coordinates is n times as wide: [8, 8] unless said. */
  readonly hidden?: number | readonly number[];
  /** Whether each layer mixes in x: true unless said. */
  readonly gate?: boolean;
}

type Parameters = readonly (BlockAutoregressiveParameters | Record<never, never>)[];

/** Block autoregressive layers, the order of the coordinates reversed from one to the next. */
const blockFlow = (size: number, layers: number, hidden: readonly number[], gate: boolean, context: number) =>
  chain(
    range(2 * layers - 1).map(
      (i): Flow<BlockAutoregressiveParameters | Record<never, never>> =>
        i % 2 === 0
          ? (blockAutoregressive({ size, hidden, gate, context }) as Flow<
              BlockAutoregressiveParameters | Record<never, never>
            >)
          : reversal,
    ),
  );

/**
 * Block neural autoregressive flow: y_i is an increasing function of x_i, itself a network whose shape the coordinates before it bend;
 * one block-masked network, of tanh units, is all of these at once. De Cao, Titov & Aziz 2019. One way costs one pass, with the log-det
 * of small matrix products; the other finds a root a coordinate, one after the other, to rounding. With a gate a layer is
 * σ(g) f(x) + (1 − σ(g)) x, as there, which is a map onto all of ℝⁿ though f is bounded; without one the units are
 * tanh(x) + 0.01 x, to the same end.
 * @throws FluvialError on unknown options, unless layers and widths are whole numbers from 1 and `gate` true or false, and without a
 * hidden layer.
 */
export const blockNaf = (options: BlockNafOptions = {}): FlowSpec<Sampler, Parameters> => {
  checkOptions("blockNaf", options, ["layers", "hidden", "gate"]);
  const { layers = 2, gate = true } = options;
  const hidden = widths("blockNaf: hidden", options.hidden ?? [8, 8], 1);
  checkCount("blockNaf: layers", layers);
  checkFlag("blockNaf: gate", gate);
  return flowSpec<Parameters>({
    name: "block-naf",
    options: { layers, hidden, gate },
    flow: (size, context = 0) => blockFlow(size, layers, hidden, gate, context) as Flow<Parameters>,
  });
};
