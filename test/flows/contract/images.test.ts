import { glow } from "../../../src/flows/glow.ts";
import { realNvp } from "../../../src/flows/realNvp.ts";
import { flowContract } from "../contract.ts";

// Differences need smooth units; relu stands in one row, with a seed whose differences meet no kink.
const smooth = { activation: "tanh", layers: 1, hidden: [4, 3] } as const;

flowContract({
  "RealNVP of 4 × 4 pixels, two scales": {
    flow: realNvp({ ...smooth, image: [4, 4, 1], levels: 2 }).flow,
    sizes: [16],
    spread: 0.2,
  },
  "RealNVP of 2 × 2 pixels, three channels, residual": {
    flow: realNvp({ ...smooth, layers: 2, image: [2, 2, 3], blocks: 1 }).flow,
    sizes: [12],
    spread: 0.2,
  },
  "Glow of 4 × 4 pixels, two scales": {
    flow: glow({ ...smooth, image: [4, 4, 1], levels: 2 }).flow,
    sizes: [16],
    spread: 0.2,
  },
  "Glow of 2 × 4 pixels, two channels, relu": {
    flow: glow({ image: [2, 4, 2], layers: 2, hidden: [4, 3] }).flow,
    sizes: [16],
    spread: 0.2,
  },
});
