import { continuous } from "../../../src/flows/continuous.ts";
import { flowContract } from "../contract.ts";

// Both ways are solved by 5 steps of rk4, here right to some 1e-6; a log-determinant is the integral's, not that of the steps.
const solver = { steps: 5 } as const;
const tolerances = { sizes: [1, 2, 3], spread: 0.3, inverse: 2e-6, logDet: 1e-5 } as const;

flowContract({
  "continuous, one hidden layer": {
    flow: continuous({ ...solver, hidden: 6, activation: "softplus" }).flow,
    ...tolerances,
  },
  "continuous, two hidden layers": { flow: continuous({ ...solver, hidden: [6, 5] }).flow, ...tolerances },
});
