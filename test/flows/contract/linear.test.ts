import { linearFlow } from "../../../src/flows/linear.ts";
import { type FlowRow, flowContract } from "../contract.ts";

const of = (options: Parameters<typeof linearFlow>[0]): FlowRow => ({ flow: linearFlow(options).flow });

flowContract({
  diagonal: of({ kind: "diagonal" }),
  "lower triangular": of({ kind: "triangular" }),
  "upper triangular": of({ kind: "triangular", upper: true }),
  PLU: of({}),
  QR: of({ kind: "qr" }),
  "QR, one reflection": of({ kind: "qr", reflections: 1 }),
  householder: of({ kind: "householder" }),
  cayley: of({ kind: "cayley" }),
  rotation: of({ kind: "rotation" }),
  exponential: of({ kind: "exponential" }),
  full: of({ kind: "full" }),
});
