import { spline, splineCoupling } from "../../../src/flows/spline.ts";
import { flowContract } from "../contract.ts";

flowContract({
  "autoregressive spline": { flow: spline({ layers: 2, bins: 4, hidden: 6 }).flow, spread: 0.4 },
  "autoregressive spline, one layer of eight bins": {
    flow: spline({ layers: 1, bins: 8, bound: 3, hidden: [5, 5] }).flow,
    spread: 0.4,
  },
  "spline coupling": { flow: splineCoupling({ layers: 3, bins: 5, hidden: 6 }).flow, spread: 0.4 },
});
