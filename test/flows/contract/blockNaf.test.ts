import { blockNaf } from "../../../src/flows/blockNaf.ts";
import { flowContract } from "../contract.ts";

// Small ones: op by op, slopes of a root are differences of roots.
flowContract({
  "block NAF": { flow: blockNaf({ layers: 2, hidden: 3 }).flow, sizes: [1, 2] },
  "block NAF without a gate, two hidden layers": {
    flow: blockNaf({ layers: 1, hidden: [3, 4], gate: false }).flow,
    sizes: [1, 3],
  },
});
