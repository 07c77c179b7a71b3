import { residual } from "../../../src/flows/residual.ts";
import { flowContract } from "../contract.ts";

flowContract({
  "residual, one layer": { flow: residual({ layers: 1, hidden: 4, lipschitz: 0.8 }).flow, sizes: [1, 4], spread: 1 },
  "residual, two layers": { flow: residual({ layers: 2, hidden: [4, 3], lipschitz: 0.6 }).flow, sizes: [2] },
});
