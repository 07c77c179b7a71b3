import type { Node } from "../../graph/ops.ts";
import type { Schedule } from "../../schedule/schedule.ts";
import type { Local } from "../assembler.ts";
import type { Context } from "../context.ts";
import type { Place } from "../places.ts";

/** Scratch memory as a stack: what a statement takes is free again after it. */
export interface Scratch {
  take(bytes: number): number;
  mark(): number;
  release(to: number): void;
}

/** What code is being written for. */
export interface Emission {
  readonly context: Context;
  readonly stack: Scratch;
  readonly schedule: Schedule;
  place(root: Node): Place;
  /** Nodes of one element whose value a local of this function holds. */
  readonly scalars: Map<Node, Local>;
}
