import { sizeOf } from "../../core/shape.ts";
import { functionOf, isLoop, type Schedule } from "./schedule.ts";

/** Nodes in one function of a module: what engines compile well. A kernel counts as some. */
const nodesInFunction = 400;
const nodesOfKernel = 8;

const cutsOf = ({ steps }: Schedule): number[] => {
  const at = [0];
  let nodes = 0;
  steps.forEach((step, i) => {
    nodes += step.kind === "loop" ? step.nodes.length : nodesOfKernel;
    if (nodes < nodesInFunction) return;
    at.push(i + 1);
    nodes = 0;
  });
  if (at[at.length - 1] !== steps.length) at.push(steps.length);
  return at;
};

/** The schedule of a long program cut into functions; scalars that another function reads lie in memory. */
export const inFunctions = (own: Schedule): Schedule => {
  const functions = cutsOf(own);
  if (functions.length <= 2) return own;
  const cut = { ...own, functions };
  const stored = new Set(own.stored);
  for (const node of own.stepOf.keys())
    for (const operand of node.inputs) {
      const by = own.producer(operand);
      if (by && isLoop(by) && sizeOf(by.shape) === 1 && functionOf(cut, by) !== functionOf(cut, node)) stored.add(by);
    }
  return { ...cut, stored };
};
