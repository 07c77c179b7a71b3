/** Every op that is computed as a whole, not element by element in a loop. */
import type { Attributes, Node, Op } from "../../graph/ops.ts";
import type { Stmt } from "../assembler.ts";
import type { Context, View } from "../context.ts";
import { argMax, argMin, cumprod, cumsum } from "./along.ts";
import { cholesky } from "./cholesky.ts";
import { binomialDraw, gammaDraw, logGammaDraw, poissonDraw } from "./draws.ts";
import { gather, scatterAdd } from "./indexing.ts";
import { lu } from "./lu.ts";
import { matmul } from "./matmul/matmul.ts";
import { pad } from "./pad.ts";
import { fold, normal, split, uniform } from "./random.ts";
import { triangularSolve } from "./triangularSolve.ts";

/** Code that writes `out`, row by row without gaps, from operands that lie anyhow. `out` shares no memory with them. */
export type Kernel<O extends Op> = (
  context: Context,
  out: View,
  inputs: readonly View[],
  attributes: Attributes[O],
) => readonly Stmt[];

export const kernelOps = [
  "matmul",
  "cholesky",
  "lu",
  "triangularSolve",
  "gather",
  "scatterAdd",
  "pad",
  "cumsum",
  "cumprod",
  "argMax",
  "argMin",
  "split",
  "fold",
  "uniform",
  "normal",
  "gammaDraw",
  "logGammaDraw",
  "poissonDraw",
  "binomialDraw",
] as const;
export type KernelOp = (typeof kernelOps)[number];

export const kernels: { readonly [O in KernelOp]: Kernel<O> } = {
  matmul,
  cholesky,
  lu,
  triangularSolve,
  gather,
  scatterAdd,
  pad,
  cumsum,
  cumprod,
  argMax,
  argMin,
  split,
  fold,
  uniform,
  normal,
  gammaDraw,
  logGammaDraw,
  poissonDraw,
  binomialDraw,
};

const isKernelOp = (op: Op): op is KernelOp => op in kernels;

const emitAs = <O extends KernelOp>(
  op: O,
  context: Context,
  node: Node,
  out: View,
  inputs: readonly View[],
): Stmt[] => [...(kernels[op] as Kernel<O>)(context, out, inputs, node.attributes as Attributes[O])];

/** @throws Error where the node's op has no kernel: a mistake of the schedule. */
export const emitKernel = (context: Context, node: Node, out: View, inputs: readonly View[]): Stmt[] => {
  if (!isKernelOp(node.op)) throw new Error(`emitKernel: ${node.op} is computed element by element, or is a region`);
  return emitAs(node.op, context, node, out, inputs);
};
