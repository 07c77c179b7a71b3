import { elementwise } from "../../../src/flows/elementwise.ts";
import { monotoneIntegral } from "../../../src/flows/monotoneIntegral.ts";
import { naf } from "../../../src/flows/naf.ts";
import { sumOfSquares } from "../../../src/flows/sumOfSquares.ts";
import { flowContract } from "../contract.ts";

flowContract({
  "elementwise, affine": { flow: elementwise({ map: "affine" }).flow },
  "elementwise, leaky ReLU": { flow: elementwise({ map: "leaky-relu" }).flow },
  "elementwise, piecewise linear": { flow: elementwise({ map: "piecewise-linear", bins: 4, bound: 3 }).flow },
  "elementwise, rational-quadratic": { flow: elementwise({ bins: 4, bound: 3 }).flow },
  "elementwise, sigmoid mixture": { flow: elementwise({ map: "sigmoid-mixture", units: 3 }).flow, compiled: true },
  "elementwise, sum of squares": { flow: elementwise({ map: "sum-of-squares", degree: 2 }).flow, compiled: true },
  NAF: { flow: naf({ layers: 2, hidden: 8, units: 3 }).flow, spread: 0.3, sizes: [1, 2, 3], compiled: true },
  "NAF, 1 sigmoid": {
    flow: naf({ layers: 1, hidden: [6, 5], units: 1 }).flow,
    spread: 0.3,
    sizes: [3],
    compiled: true,
  },
  "sum of squares": {
    flow: sumOfSquares({ layers: 2, hidden: 8, degree: 2 }).flow,
    spread: 0.3,
    sizes: [1, 2, 3],
    compiled: true,
  },
  "monotone integral": {
    flow: monotoneIntegral({ layers: 2, hidden: 8, embedding: 3, integrand: 6 }).flow,
    spread: 0.3,
    sizes: [1, 2, 3],
    compiled: true,
  },
  "monotone integral, two hidden layers": {
    flow: monotoneIntegral({ layers: 1, hidden: 8, embedding: 2, integrand: [6, 5] }).flow,
    spread: 0.3,
    sizes: [2],
    compiled: true,
  },
});
