import type { Shape } from "./tensor.ts";

/** The number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/** The shape two operands broadcast to, or undefined where they do not. */
export const broadcast = (a: Shape, b: Shape): Shape | undefined => {
  const rank = Math.max(a.length, b.length);
  const out: number[] = [];
  for (let i = 1; i <= rank; i++) {
    const m = a[a.length - i] ?? 1;
    const n = b[b.length - i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) return undefined;
    out.unshift(m === 1 ? n : m);
  }
  return out;
};

/** Whether an operand of shape `from` spreads over shape `to` without enlarging it. */
export const broadcastsTo = (from: Shape, to: Shape): boolean => {
  const both = broadcast(from, to);
  return both !== undefined && sameShape(both, to);
};

/** "[8, 3]", and "a scalar" for []. */
export const showShape = (shape: Shape): string => (shape.length === 0 ? "a scalar" : `[${shape.join(", ")}]`);

/** Splits [...batch, ...event] at an event of the given rank. */
export const splitShape = (shape: Shape, rank: number): { readonly batch: Shape; readonly event: Shape } => ({
  batch: shape.slice(0, shape.length - rank),
  event: shape.slice(shape.length - rank),
});

/** The index of element `flat`, row by row, counted from 1 as statisticians do: [2, 1]. */
export const indexFromOne = (flat: number, shape: Shape): number[] => {
  const index: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift((rest % shape[axis]) + 1);
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
};

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
