import type { Node } from "../graph/node.ts";
import { joinPads } from "./joinPads.ts";
import { joinScans } from "./joinScans.ts";
import { prune } from "./prune.ts";
import { reachSince } from "./walk.ts";

/** What has to see the whole of a program, or of a region, at once. Nodes older than `first` stay as they are. */
export const prepare = (outputs: readonly Node[], first: number): Node[] => {
  const ops = new Set(reachSince(outputs, first).map(({ op }) => op));
  const folds = ops.has("scan") || ops.has("loop");
  const pruned = folds ? prune(joinScans(outputs, first), first) : [...outputs];
  return ops.has("pad") ? joinPads(pruned, first) : pruned;
};
