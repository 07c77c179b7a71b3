/// <reference path="../../worker/text.d.ts" />
import { FluvialError } from "../../core/check.ts";
import { startThread, type Thread } from "../../engine/workers/thread.ts";
import type { Beginning } from "../plan.ts";
import type { Assignment, FromThread, Report } from "./messages.ts";

/** Threads that take waiting chains and run them, beside the one that starts them. */
export interface Crew {
  /** Starts them, at most one for each waiting chain. Once. */
  start(): Promise<void>;
  readonly started: boolean;
  /** What they have reported since this was last asked. @throws what one of them threw. */
  heard(): readonly Report[];
  /** Resolves when something is to be heard, or after 50 milliseconds. */
  wait(): Promise<void>;
  /** Stops them all. */
  end(): void;
}

export interface CrewOptions {
  /** Chains that wait, first come, first served; a thread that does not start puts its own back. */
  readonly waiting: Beginning[];
  /** A copy for each thread. */
  assignment(): Assignment;
  /** How many threads at most. */
  readonly most: number;
  /** Told once where threads do not start. */
  warn(message: string): void;
}

const listenFor = 50;

const errorOf = ({ name, message, stack }: Extract<FromThread, { readonly kind: "error" }>): Error =>
  name === "FluvialError" ? new FluvialError(message) : Object.assign(new Error(message, { cause: stack }), { name });

export const crew = ({ waiting, assignment, most, warn }: CrewOptions): Crew => {
  const threads = new Set<Thread>();
  let started = false;
  let warned = false;
  let failure: Error | undefined;
  let reports: Report[] = [];
  let wake: (() => void) | undefined;

  const refused = (error: Error): void => {
    if (!warned) warn(`worker threads do not start here (${error.message}): chains run one after the other`);
    warned = true;
  };

  const putBack = (beginning: Beginning): void => {
    waiting.push(beginning);
    waiting.sort((a, b) => a.chain - b.chain);
  };

  const hire = (source: string): void => {
    let ready = false;
    let taken: Beginning | undefined;
    const dismiss = (): void => {
      threads.delete(thread);
      thread.end();
    };
    const take = (): void => {
      taken = waiting.shift();
      if (taken) thread.post({ kind: "run", beginning: taken });
      else dismiss();
    };
    const stopped = (error: Error): void => {
      if (ready) failure ??= error;
      else {
        if (taken) putBack(taken);
        dismiss();
        refused(error);
      }
      wake?.();
    };
    const hear = (message: FromThread): void => {
      if (message.kind === "ready") ready = true;
      else if (message.kind === "error") stopped(errorOf(message));
      else if (message.kind === "done") take();
      else {
        reports.push(message);
        wake?.();
      }
    };
    const thread = startThread(source, { message: (value) => hear(value as FromThread), error: stopped });
    threads.add(thread);
    const given = assignment();
    thread.post({ kind: "assign", assignment: given }, [given.gradient.memory.buffer as ArrayBuffer]);
    take();
  };

  return {
    start: async () => {
      started = true;
      try {
        const { default: source } = await import("#worker");
        for (let count = Math.min(most, waiting.length); count > 0; count--) hire(source);
      } catch (error) {
        refused(error as Error);
      }
    },
    get started() {
      return started;
    },
    heard: () => {
      if (failure) throw failure;
      const all = reports;
      reports = [];
      return all;
    },
    wait: () =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          wake = undefined;
          resolve();
        };
        const timer = setTimeout(done, listenFor);
        wake = done;
        if (failure || reports.length > 0) done();
      }),
    end: () => {
      for (const thread of threads) thread.end();
      threads.clear();
    },
  };
};
