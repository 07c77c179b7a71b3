import { linearFlow, planar, radial, realNvp, splineCoupling, stack } from "../../../src/flows/index.ts";
import { flowContract } from "../contract.ts";

flowContract({
  "a stack of closed flows": {
    flow: stack({
      flows: [
        linearFlow(),
        splineCoupling({ layers: 2, bins: 3, hidden: 5, activation: "tanh" }),
        radial({ layers: 1 }),
      ],
    }).flow,
    spread: 0.3,
  },
  "a stack with roots in it": {
    flow: stack({ flows: [planar({ layers: 2 }), realNvp({ layers: 2, hidden: 5 })] }).flow,
    spread: 0.3,
  },
});
