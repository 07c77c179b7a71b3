import { conditioned } from "../../../src/flows/conditioned.ts";
import type { Flow } from "../../../src/flows/flow.ts";
import { type LinearLayerOptions, linearLayer } from "../../../src/flows/parts/linear.ts";
import type { LinearKind } from "../../../src/flows/parts/linearKinds.ts";
import { type FlowRow, flowContract } from "../contract.ts";

const of = (kind: LinearKind, options?: LinearLayerOptions): FlowRow => ({
  flow: (size, context = 0) => conditioned(kind, linearLayer(size, kind, options), context, [8]) as Flow<unknown>,
});

flowContract({
  diagonal: of("diagonal"),
  "lower triangular": of("triangular"),
  "upper triangular": of("triangular", { upper: true }),
  PLU: of("plu"),
});
