import type { Node } from "../graph/node.ts";
import { joinPads } from "./joinPads.ts";
import { joinScans } from "./joinScans.ts";
import { prune } from "./prune.ts";

/** What has to see the whole of a program, or of a region, at once. Nodes older than `first` stay as they are. */
export const prepare = (outputs: readonly Node[], first: number): Node[] =>
  joinPads(prune(joinScans(outputs, first), first), first);
