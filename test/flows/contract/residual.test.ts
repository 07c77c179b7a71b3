import { residual } from "../../../src/flows/residual.ts";
import { flowContract } from "../contract.ts";

flowContract({
  "residual, one layer": { flow: residual({ layers: 1, hidden: [7, 6] }).flow, spread: 1 },
  "residual, two layers": { flow: residual({ layers: 2, hidden: 6, lipschitz: 0.6 }).flow },
  "residual, tanh": { flow: residual({ layers: 2, hidden: 5, activation: "tanh" }).flow, sizes: [3] },
});
