import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { HostKey, Key } from "../core/key.ts";
import { hostValues } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import type { DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import type { LayerIndexUse } from "../posterior/indexUse.ts";
import type { Fit } from "../posterior/posterior.ts";
import { type Again, type AgainOptions, againOptionNames, withFittedGuide } from "./fitting/again.ts";
import { verbKey } from "./verbKey.ts";

export interface IndexUseOptions extends AgainOptions {
  /** Draws that go through the layers: 4,000 unless said. */
  readonly draws?: number;
  readonly seed?: number;
}

const who = "indexUse";

const looked = ({ ground: { engine }, guide, parameters }: Again, method: string, draws: number, key: HostKey) => {
  const look = engine.compile((at: unknown, given: Key) => {
    const { indexUse } = guide.at(at);
    if (!indexUse) return fail(`${who}: expected a fit by cif, got one by ${method}, which has no index`);
    return indexUse(given, draws);
  });
  const given = engine.tensor(key, [2], "int") as Key;
  try {
    const made = look(parameters, given);
    const [share, nats] = [[...hostValues(made.share)], [...hostValues(made.nats)]];
    disposeTree(made);
    return share.map((part, i): LayerIndexUse => ({ layer: i + 1, share: part, nats: nats[i] }));
  } finally {
    given.dispose();
  }
};

/**
 * How much each layer of a fit by `cif` uses its index, first layer first. Where no layer does, the flow inside is enough by itself; where
 * `nats` are far below 0, the way back misses the index, and its networks are too small.
 * @throws FluvialError where the data are not those of the fit, or its guide has no index or cannot be made from the fit.
 */
export const indexUse = async <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  fitted: Fit<L & G>,
  options: IndexUseOptions = {},
): Promise<readonly LayerIndexUse[]> => {
  checkOptions(who, options, ["draws", "seed", ...againOptionNames]);
  const { draws = 4_000, seed = 0 } = options;
  checkCount(`${who}: draws`, draws, 2);
  return withFittedGuide(who, model, data, fitted, options, (again) =>
    looked(again, fitted.method, draws, verbKey(who, seed)),
  );
};
