import { glow } from "../../../src/flows/glow.ts";
import { nice } from "../../../src/flows/nice.ts";
import { realNvp } from "../../../src/flows/realNvp.ts";
import { flowContract } from "../contract.ts";

flowContract({
  "NICE, 1 layer": { flow: nice({ layers: 1, hidden: 4 }).flow },
  "NICE, 4 layers": { flow: nice({ hidden: [6, 5] }).flow },
  "RealNVP, 1 layer": { flow: realNvp({ layers: 1, hidden: 4 }).flow, spread: 0.3 },
  "RealNVP, every second coordinate": { flow: realNvp({ layers: 4, hidden: 6, mask: "alternate" }).flow, spread: 0.3 },
  "RealNVP, two scales": { flow: realNvp({ layers: 2, hidden: 5, levels: 2 }).flow, sizes: [2, 5], spread: 0.3 },
  "Glow, 3 steps": { flow: glow({ layers: 3, hidden: 6 }).flow, spread: 0.3 },
  "Glow, three scales": { flow: glow({ layers: 1, hidden: 5, levels: 3 }).flow, sizes: [3, 6], spread: 0.3 },
});
