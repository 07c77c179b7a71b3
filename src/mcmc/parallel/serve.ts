import { startGradient } from "../../engine/runtime/startGradient.ts";
import type { Port } from "../../engine/workers/port.ts";
import { hmc } from "../hmc.ts";
import type { KernelRecipe } from "../kernel.ts";
import { nuts } from "../nuts.ts";
import { type Beginning, counting, runInStretches } from "../run.ts";
import { type Assignment, type FromThread, type PlainChain, plainChain, type ToThread } from "./messages.ts";

const kernels = { nuts, hmc } satisfies Record<KernelRecipe["name"], unknown>;

const buffersOf = (chain: PlainChain): ArrayBuffer[] =>
  Object.values(chain).flatMap((value) => (ArrayBuffer.isView(value) ? [value.buffer as ArrayBuffer] : []));

type Post = (message: FromThread, transfer?: readonly Transferable[]) => void;

/** Makes the gradient and the kernel that this thread runs chains with. */
const prepare = ({ gradient, kernel, plan, reportEvery }: Assignment, post: Post): ((beginning: Beginning) => void) => {
  const counted = counting(startGradient(gradient));
  const kernelOf = kernels[kernel.name](counted.gradient, kernel.options);
  return (beginning) => {
    const before = counted.count();
    const run = runInStretches(counted.gradient, kernelOf, beginning, plan, reportEvery);
    let step = run.next();
    for (; !step.done; step = run.next()) post({ kind: "progress", progress: step.value });
    const result = plainChain(step.value);
    post({ kind: "chain", chain: beginning.chain, result, gradients: counted.count() - before }, buffersOf(result));
  };
};

/** Runs chains for whoever is at the other end of the port, until the thread is ended. */
export const serve = (port: Port): void => {
  const post: Post = port.post;
  let run: ((beginning: Beginning) => void) | undefined;
  port.listen((message) => {
    const order = message as ToThread;
    try {
      if (order.kind === "assign") {
        run = prepare(order.assignment, post);
        post({ kind: "ready" });
      } else run?.(order.beginning);
    } catch (error) {
      const { name, message, stack } = error as Error;
      post({ kind: "error", name, message, stack });
    }
  });
};
