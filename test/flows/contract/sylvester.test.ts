import { sylvester } from "../../../src/flows/sylvester.ts";
import { flowContract } from "../contract.ts";

/** No larger than they need be: op by op, a root takes its time. */
const sizes = [1, 2, 3];

flowContract({
  "Sylvester, orthogonal": { flow: sylvester({ layers: 2, rank: 2 }).flow, sizes },
  "Sylvester, reflections": {
    flow: sylvester({ kind: "householder", layers: 2, rank: 2, reflections: 3 }).flow,
    sizes,
  },
  "Sylvester, triangular": { flow: sylvester({ kind: "triangular", layers: 2 }).flow, sizes },
});
