import { spline, splineCoupling } from "../../../src/flows/spline.ts";
import { flowContract } from "../contract.ts";

// Far from the start with smooth units: those that they have unless told have kinks, at which there is no slope to compare, and no bound to what
// they make of parameters moved so far, so that knots come as near to each other as they may.
const activation = "tanh";

flowContract({
  "autoregressive spline": { flow: spline({ layers: 2, bins: 4, hidden: 6, activation }).flow, spread: 0.4 },
  "autoregressive spline, one layer of eight bins": {
    flow: spline({ layers: 1, bins: 8, bound: 3, hidden: [5, 5], activation }).flow,
    spread: 0.4,
  },
  "spline coupling": { flow: splineCoupling({ layers: 3, bins: 5, hidden: 6, activation }).flow, spread: 0.4 },
  "autoregressive spline, as it comes": { flow: spline({ layers: 2, bins: 4, hidden: 6 }).flow, spread: 0.1 },
  "spline coupling, as it comes": { flow: splineCoupling({ layers: 3, bins: 5, hidden: 6 }).flow, spread: 0.1 },
});
