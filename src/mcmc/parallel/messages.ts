import type { PortableGradient } from "../../engine/portable.ts";
import type { Chain, ChainPlan } from "../chain.ts";
import type { KernelRecipe } from "../kernel.ts";
import type { Beginning, ChainProgress } from "../run.ts";

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

/** A finished chain as plain data. */
export interface PlainChain extends Omit<Chain, "tuning"> {
  readonly stepSize: number;
  readonly variances: Float64Array;
}

export const plainChain = ({ tuning, ...records }: Chain): PlainChain => ({
  ...records,
  stepSize: tuning.stepSize,
  variances: tuning.metric.variances,
});

export type FromThread =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly progress: ChainProgress }
  | { readonly kind: "chain"; readonly chain: number; readonly result: PlainChain; readonly gradients: number }
  | { readonly kind: "error"; readonly name: string; readonly message: string; readonly stack?: string };
