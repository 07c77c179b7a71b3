import { sylvester } from "../../../src/flows/sylvester.ts";
import { flowContract } from "../contract.ts";

flowContract({
  "Sylvester, orthogonal": { flow: sylvester({ layers: 2, rank: 3 }).flow },
  "Sylvester, reflections": { flow: sylvester({ kind: "householder", layers: 2, rank: 2, reflections: 4 }).flow },
  "Sylvester, triangular": { flow: sylvester({ kind: "triangular", layers: 2 }).flow },
});
