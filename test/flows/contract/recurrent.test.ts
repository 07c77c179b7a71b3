import { recurrent } from "../../../src/flows/recurrent.ts";
import { flowContract } from "../contract.ts";

flowContract({
  "recurrent, GRU": { flow: recurrent({ layers: 2, hidden: 4 }).flow, sizes: [1, 2, 4] },
  "recurrent, LSTM": { flow: recurrent({ layers: 1, hidden: 3, cell: "lstm" }).flow, sizes: [1, 3] },
});
