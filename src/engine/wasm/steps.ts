/** Code for the steps of a schedule, one after another. */
import type { Node } from "../graph/ops.ts";
import type { Access } from "../schedule/access.ts";
import type { KernelStep } from "../schedule/schedule.ts";
import type { Stmt } from "./assembler.ts";
import type { View } from "./context.ts";
import { copy } from "./kernels/copy.ts";
import { pad } from "./kernels/pad.ts";
import { emitKernel } from "./kernels/table.ts";
import type { Emission } from "./loops/emission.ts";
import { emitLoop } from "./loops/loop.ts";
import { emitRegion } from "./regions.ts";
import { bufferView, partOf, viewOf } from "./views.ts";

/** What an operand of a kernel reads. */
export const readView = ({ context, schedule, place }: Emission, operand: Node): View => {
  const access = schedule.accesses.get(operand) as Access;
  return viewOf(context, access, place(access.root));
};

/** Copies the pieces of a concatenation that are not made in it. */
const emitConcat = (emission: Emission, node: Node<"concat">): Stmt[] => {
  const { context, schedule, place } = emission;
  const whole = bufferView(node, place(node));
  const { axis } = node.attributes;
  let begin = 0;
  return node.inputs.flatMap((piece) => {
    const part = partOf(context, whole, axis, begin, piece.shape[axis]);
    begin += piece.shape[axis];
    const isThere = schedule.accesses.get(piece)?.root === node && readView(emission, piece).offset === part.offset;
    return isThere ? [] : copy(context, part, readView(emission, piece));
  });
};

const emitKernelStep = (emission: Emission, { node }: KernelStep): readonly Stmt[] => {
  if (node.op === "concat") return emitConcat(emission, node as Node<"concat">);
  if (node.op === "scan" || node.op === "loop") return emitRegion(emission, node as Node<"scan" | "loop">, emitSteps);
  const inputs = node.inputs.map((input) => readView(emission, input));
  if (node.op === "pad")
    return pad(emission.context, bufferView(node, emission.place(node)), inputs, (node as Node<"pad">).attributes);
  return emitKernel(emission.context, node, bufferView(node, emission.place(node)), inputs);
};

/** @param from, to: the steps to write. */
export const emitSteps = (emission: Emission, from = 0, to: number = emission.schedule.steps.length): Stmt[] => {
  const { stack, schedule } = emission;
  return schedule.steps.slice(from, to).flatMap((step) => {
    const mark = stack.mark();
    const stmts = step.kind === "loop" ? emitLoop(emission, step) : emitKernelStep(emission, step);
    stack.release(mark);
    return stmts;
  });
};
