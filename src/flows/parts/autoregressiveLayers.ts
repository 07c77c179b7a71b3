import { checkCount, checkOptions } from "../../core/check.ts";
import type { Activation } from "../../nn/activations.ts";
import type { Layer } from "../../nn/mlp.ts";
import type { Monotone } from "../../transforms/monotone/monotone.ts";
import { chain } from "../chain.ts";
import type { Flow } from "../flow.ts";
import { activationNamed, widths } from "../options.ts";
import { type ActnormParameters, actnorm } from "./actnorm.ts";
import { autoregressive } from "./autoregressive.ts";
import { checkedOrder, type OrderOptions, orderOptions, placesOf } from "./orders.ts";

/** What a user says of layers of masked networks. */
export interface MaskedLayersOptions extends OrderOptions {
  /** Widths of each masked network's hidden layers. */
  readonly hidden?: number | readonly number[];
  /** "tanh" unless said. */
  readonly activation?: Activation;
}

export interface CheckedMaskedLayers extends OrderOptions {
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

export type AutoregressiveParameters = readonly (readonly Layer[] | ActnormParameters)[];

/**
 * These options with defaults filled in.
 * @param own the names of the others. @param hidden the widths unless said.
 * @throws FluvialError on an unknown option and one that is out of range.
 */
export const checkedMaskedLayers = (
  who: string,
  options: MaskedLayersOptions,
  own: readonly string[],
  hidden: readonly number[],
): CheckedMaskedLayers => {
  checkOptions(who, options, [...own, "hidden", "activation", ...orderOptions]);
  return {
    hidden: widths(`${who}: hidden`, options.hidden ?? hidden),
    activation: activationNamed(who, options.activation ?? "tanh"),
    ...checkedOrder(who, options),
  };
};

/** Autoregressive layers over vectors of `size`, and between them, where they are normalised, actnorm. */
export const autoregressiveLayers = (
  who: string,
  layers: number,
  parts: CheckedMaskedLayers & {
    readonly size: number;
    readonly monotone: Monotone;
    readonly context: number;
    readonly normalise?: boolean;
  },
): Flow<AutoregressiveParameters> => {
  checkCount(`${who}: layers`, layers);
  const { size, hidden, activation, monotone, context, normalise = false } = parts;
  const each = placesOf(who, size, layers, parts).map((places) =>
    autoregressive({ size, hidden, activation, monotone, context, places }),
  );
  const between = (i: number): readonly Flow<unknown>[] => (normalise && i > 0 ? [actnorm(size)] : []);
  return chain(each.flatMap((layer, i) => [...between(i), layer]) as Flow<readonly Layer[] | ActnormParameters>[]);
};
