import { type DrawsOf, drawsAt } from "./draws.ts";
import type { Chains } from "./posterior.ts";

/** Where divergent transitions led to, every quantity on the model's own scale: [1, divergences, ...event]. */
export const divergentPositions = <L>({
  draws,
  divergentDraws,
  unconstrained,
}: Pick<Chains<L>, "draws" | "divergentDraws" | "unconstrained">): DrawsOf<L> =>
  drawsAt(
    draws,
    divergentDraws.map(({ chain, draw }) => chain * unconstrained.shape[1] + draw),
  );
