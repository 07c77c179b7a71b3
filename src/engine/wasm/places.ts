/** Where buffers stand, as code sees it: an offset from a constant address, or from one that a local holds. */
import type * as memory from "../memory/plan.ts";
import type { Local } from "./assembler.ts";

export type Place = memory.Place<Local>;
export type Wanted = memory.Wanted<Local>;
