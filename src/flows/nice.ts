import { checkCount, checkOptions } from "../core/check.ts";
import type { Density } from "../core/density.ts";
import type { Activation } from "../nn/activations.ts";
import { additiveMonotone } from "../transforms/monotone/additive.ts";
import { scalingMonotone } from "../transforms/monotone/scaling.ts";
import { chain } from "./chain.ts";
import { conditioned } from "./conditioned.ts";
import { activationNamed, widths } from "./options.ts";
import { couplings } from "./parts/coupling.ts";
import { elementwise } from "./parts/elementwise.ts";
import { closedFlowSpec, type FlowSpec } from "./spec.ts";

export interface NiceOptions {
  /** Coupling layers; 4 unless said, as in the paper. Fewer than two leave a half as it comes, fewer than three mix the halves one way. */
  readonly layers?: number;
  /** Widths of each network's hidden layers; [32] unless said. */
  readonly hidden?: number | readonly number[];
  /** Of the networks' units; "tanh" unless said. The paper has "relu". */
  readonly activation?: Activation;
}

/**
 * NICE: a learned scale for each coordinate of the noise, then layers that add to one half of the coordinates what a network makes of the
 * other, y = (x₁, x₂ + m(x₁)), the halves in turn. All but the scales keeps volumes: log|det| = Σ s whatever x. One pass of each network
 * either way. Behind a context, networks and scales look at it. Dinh, Krueger & Bengio 2015, eq. 3–4 and section 3.3.
 * @throws FluvialError on unknown options, and unless layers and widths are whole numbers from 1.
 */
export const nice = (options: NiceOptions = {}): FlowSpec<Density> => {
  checkOptions("nice", options, ["layers", "hidden", "activation"]);
  const { layers = 4 } = options;
  const hidden = widths("nice: hidden", options.hidden ?? 32);
  const activation = activationNamed("nice", options.activation ?? "tanh");
  checkCount("nice: layers", layers);
  return closedFlowSpec<unknown>({
    name: "nice",
    options: { layers, hidden, activation },
    flow: (size, context = 0) => {
      const scales = conditioned("nice", elementwise(size, scalingMonotone), context, hidden);
      return chain<unknown>([
        scales,
        couplings(layers, { size, hidden, monotone: additiveMonotone, context, activation }),
      ]);
    },
  });
};
