import { checkCount, checkOptions } from "../core/check.ts";
import type { Density } from "../core/density.ts";
import { range } from "../core/shape.ts";
import { type CellName, cells } from "../nn/recurrent.ts";
import { affineMonotone } from "../transforms/monotone/affine.ts";
import { chain } from "./chain.ts";
import type { Flow } from "./flow.ts";
import { inverted } from "./inverted.ts";
import { oneOf } from "./options.ts";
import { type RecurrentParameters, recurrentAutoregressive } from "./parts/recurrentAutoregressive.ts";
import { reversal } from "./parts/reversal.ts";
import { closedFlowSpec, type FlowSpec } from "./spec.ts";

export interface RecurrentOptions {
  /** 2 unless said. */
  readonly layers?: number;
  /** Units of each layer's cell: 16 unless said. */
  readonly hidden?: number;
  /** "gru" unless said. */
  readonly cell?: CellName;
}

type Parameters = RecurrentParameters | Record<never, never>;

/**
 * Recurrent autoregressive flow: as MAF, each coordinate is normal given those before it, but a recurrent cell, a GRU or an LSTM, reads
 * these one after the other, so that the number of weights does not grow with that of the coordinates; the order is reversed between
 * layers. Density and draws take one turn a coordinate each. Oliva, Dubey, Zaheer, Póczos, Salakhutdinov, Xing & Schneider 2018, the
 * recurrent autoregressive model there.
 * @throws FluvialError on unknown options, unless layers and `hidden` are whole numbers from 1, and where there is no such cell.
 */
export const recurrent = (options: RecurrentOptions = {}): FlowSpec<Density, readonly Parameters[]> => {
  checkOptions("recurrent", options, ["layers", "hidden", "cell"]);
  const { layers = 2, hidden = 16, cell = "gru" } = options;
  checkCount("recurrent: layers", layers);
  checkCount("recurrent: hidden", hidden);
  oneOf("recurrent: cell", cell, Object.keys(cells) as CellName[]);
  return closedFlowSpec<readonly Parameters[]>({
    name: "recurrent",
    options: { layers, hidden, cell },
    flow: (size, context = 0) => {
      const layer = (): Flow<Parameters> =>
        recurrentAutoregressive({ size, hidden, cell, context, monotone: affineMonotone }) as Flow<Parameters>;
      return inverted(chain(range(2 * layers - 1).map((i) => (i % 2 === 0 ? layer() : reversal))));
    },
  });
};
