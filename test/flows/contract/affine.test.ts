import { iaf } from "../../../src/flows/iaf.ts";
import { planar } from "../../../src/flows/planar.ts";
import { radial } from "../../../src/flows/radial.ts";
import { flowContract } from "../contract.ts";

flowContract({
  "planar, 1 layer": { flow: planar({ layers: 1 }).flow },
  "planar, 5 layers": { flow: planar({ layers: 5 }).flow },
  "radial, 1 layer": { flow: radial({ layers: 1 }).flow },
  "radial, 5 layers": { flow: radial({ layers: 5 }).flow },
  "IAF, one hidden layer": { flow: iaf({ layers: 2, hidden: 8 }).flow, spread: 0.3 },
  "IAF, two hidden layers": { flow: iaf({ layers: 3, hidden: [7, 5] }).flow, spread: 0.3 },
  "IAF, narrower than its inputs": { flow: iaf({ layers: 2, hidden: 2 }).flow, spread: 0.3 },
});
