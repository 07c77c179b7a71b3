import { fail } from "../core/check.ts";
import { sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";

/**
 * The context row by row beside x [...batch, size]: [...batch, length].
 * @throws FluvialError where a context is missing, comes unasked for, or has neither x's batch nor none.
 */
export const contextBeside = (
  who: string,
  x: Tensor,
  context: Tensor | undefined,
  length: number,
): Tensor | undefined => {
  if (length === 0) {
    if (context) fail(`${who}: got a context of shape ${showShape(context.shape)}, but was made without one`);
    return undefined;
  }
  if (!context) return fail(`${who}: expected a context [..., ${length}], got none`);
  const batch = x.shape.slice(0, -1);
  const expected = [...batch, length];
  if (sameShape(context.shape, expected)) return context;
  if (sameShape(context.shape, [length])) return context.broadcastTo(expected);
  return fail(
    `${who}: expected a context of shape ${showShape(expected)} or [${length}] beside x of shape ${showShape(x.shape)}, got ${showShape(context.shape)}`,
  );
};
