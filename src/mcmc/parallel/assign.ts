import type { Gradient } from "../../engine/engine.ts";
import type { TunableKernel } from "../kernel.ts";
import type { ChainPlan } from "../plan.ts";
import type { Assignment } from "./messages.ts";

/**
 * What another thread needs to run chains of this kernel on this gradient, a copy at each call; undefined where the gradient is not
 * compiled, or the kernel is a user's own function.
 */
export const assignmentOf = (
  gradient: Gradient,
  { recipe }: TunableKernel,
  plan: ChainPlan,
  reportEvery: number,
): (() => Assignment) | undefined => {
  const { portable } = gradient;
  if (!portable || recipe?.gradient !== gradient) return undefined;
  const kernel = { name: recipe.name, options: recipe.options };
  const { warmup, draws, targetAcceptance, initial } = plan;
  return () => ({
    gradient: portable(),
    kernel,
    plan: { warmup, draws, targetAcceptance, initial },
    reportEvery,
  });
};
