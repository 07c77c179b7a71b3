import type { PortableGradient } from "../../engine/portable.ts";
import type { KernelRecipe } from "../kernel.ts";
import type { Beginning, ChainPlan } from "../plan.ts";
import type { Records } from "../records.ts";
import type { ChainProgress } from "../run.ts";

/** All that a thread must know to run chains: nothing in it is a function. */
export interface Assignment {
  readonly gradient: PortableGradient;
  readonly kernel: Omit<KernelRecipe, "gradient">;
  readonly plan: ChainPlan;
  /** Milliseconds between two reports. */
  readonly reportEvery: number;
}

export type ToThread =
  | { readonly kind: "assign"; readonly assignment: Assignment }
  | { readonly kind: "run"; readonly beginning: Beginning };

/** What a thread has done since it was last heard of: whoever ends it loses no more than what came after. */
export interface Report {
  readonly kind: "progress";
  readonly progress: ChainProgress;
  /** The draws made since. */
  readonly records: Records;
  /** Evaluations of the gradient since. */
  readonly gradients: number;
}

export type FromThread =
  | { readonly kind: "ready" }
  | Report
  | { readonly kind: "done" }
  | { readonly kind: "error"; readonly name: string; readonly message: string; readonly stack?: string };
