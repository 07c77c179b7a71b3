import { made } from "../../../src/flows/made.ts";
import { maf } from "../../../src/flows/maf.ts";
import { flowContract } from "../contract.ts";

flowContract({
  MAF: { flow: maf({ layers: 3, hidden: 6 }).flow, spread: 0.3 },
  "MAF, random orders, bare": {
    flow: maf({ layers: 2, hidden: [4, 5], order: "random", seed: 3, normalise: false }).flow,
    sizes: [1, 2, 4],
    spread: 0.4,
  },
  MADE: { flow: made({ hidden: 8, order: "reversed" }).flow },
  "MADE of 3 components": { flow: made({ components: 3, hidden: 4, activation: "swish" }).flow, sizes: [1, 2] },
});
