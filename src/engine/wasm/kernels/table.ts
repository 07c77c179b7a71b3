import type { Attributes, Node, Op } from "../../graph/ops.ts";
import type { Stmt } from "../assembler.ts";
import type { Context, View } from "../context.ts";
import { argMax, argMin, cumprod, cumsum } from "./along.ts";
import { cholesky } from "./cholesky.ts";
import { binomialDraw, gammaDraw, logGammaDraw, poissonDraw } from "./draws.ts";
import { gather, scatterAdd } from "./indexing.ts";
import { matmul } from "./matmul/matmul.ts";
import { pad } from "./pad.ts";
import { triangularSolve } from "./triangularSolve.ts";

type Kernel<O extends Op> = (
  context: Context,
  out: View,
  inputs: readonly View[],
  attributes: Attributes[O],
) => readonly Stmt[];

/** Ops with code of their own: neither loops, nor views, nor regions. */
const kernels = {
  pad,
  gather,
  scatterAdd,
  argMax,
  argMin,
  cumsum,
  cumprod,
  matmul,
  cholesky,
  triangularSolve,
  gammaDraw,
  logGammaDraw,
  poissonDraw,
  binomialDraw,
} satisfies { readonly [O in Op]?: Kernel<O> };

/** Writes one op over whole tensors. */
export const emitKernel = (context: Context, node: Node, out: View, inputs: readonly View[]): readonly Stmt[] => {
  const kernel = (kernels as { readonly [O in Op]?: Kernel<Op> })[node.op];
  if (!kernel) throw new Error(`emit: no code for ${node.op}`);
  return kernel(context, out, inputs, node.attributes as Attributes[Op]);
};
