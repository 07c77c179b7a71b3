import { toJson } from "../io/json.ts";
import type { Chains } from "../posterior/posterior.ts";
import { writeFiles } from "./files.ts";
import { posteriorFile } from "./posteriorOutput.ts";

/** Milliseconds between two checkpoints; a killed run loses what came after the last. */
const patience = 30_000;

/** Writes what has been drawn so far, now and then. */
export interface Checkpoints {
  /** Takes the draws so far if it is time; they are asked for only then. */
  offer(soFar: () => Chains | undefined): void;
  /** Waits for what is being written. */
  settled(): Promise<void>;
}

/** Checkpoints as posterior.json in a folder. A write that fails is passed over: the last one, of the result, will say so. */
export const checkpointsIn = (
  folder: string,
  { every = patience, now = () => performance.now() }: { readonly every?: number; readonly now?: () => number } = {},
): Checkpoints => {
  let last = now();
  let writing: Promise<void> | undefined;
  return {
    offer: (soFar) => {
      if (writing || now() - last < every) return;
      const chains = soFar();
      if (!chains) return;
      writing = writeFiles(folder, { [posteriorFile]: toJson(chains) })
        .catch(() => undefined)
        .then(() => {
          writing = undefined;
          last = now();
        });
    },
    settled: async () => {
      await writing;
    },
  };
};
