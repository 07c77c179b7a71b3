import { startGradient } from "../../engine/runtime/startGradient.ts";
import type { Port } from "../../engine/workers/port.ts";
import { hmc } from "../hmc.ts";
import type { KernelRecipe } from "../kernel.ts";
import { nuts } from "../nuts.ts";
import type { Beginning } from "../plan.ts";
import { emptyRecords, type Records, sliceRecords } from "../records.ts";
import { counting, runInStretches } from "../run.ts";
import { tempered } from "../tempering/tempered.ts";
import type { Assignment, FromThread, ToThread } from "./messages.ts";

const kernels = { nuts, hmc, tempered } satisfies Record<KernelRecipe["name"], unknown>;

const buffersOf = (records: Records): ArrayBuffer[] =>
  Object.values(records).map((values: ArrayBufferView) => values.buffer as ArrayBuffer);

type Post = (message: FromThread, transfer?: readonly Transferable[]) => void;

/** Makes the gradient and the kernel that this thread runs chains with. */
const prepare = ({ gradient, kernel, plan, reportEvery }: Assignment, post: Post): ((beginning: Beginning) => void) => {
  const counted = counting(startGradient(gradient));
  const kernelOf = kernels[kernel.name](counted.gradient, kernel.options);
  return (beginning) => {
    const all = emptyRecords(plan.draws, gradient.size);
    let before = counted.count();
    let sent = 0;
    for (const progress of runInStretches(counted.gradient, kernelOf, beginning, plan, all, reportEvery)) {
      const records = sliceRecords(all, sent, progress.drawn);
      const now = counted.count();
      post({ kind: "progress", progress, records, gradients: now - before }, buffersOf(records));
      sent = progress.drawn;
      before = now;
    }
    post({ kind: "done" });
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
