import type { SampleReport } from "./context.ts";
import type { Streams, TextSink } from "./streams.ts";

/** How far a piece of work is. */
export interface Stage {
  /** What is being done: "iaf", "nuts". */
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** What there is to say of it: "ELBO -31.52". */
  readonly note: string;
}

export interface Progress {
  show(stage: Stage): void;
  /** Ends the last stage's line. */
  stop(): void;
}

/** Between two lines of one stage, in milliseconds. */
const patience = 10_000;

/** Quiet lines for logs: where a stage begins to take long, and where it ends. */
export const lineProgress = (stderr: TextSink, now: () => number = () => performance.now()): Progress => {
  let current: Stage | undefined;
  let said = 0;
  const say = ({ label, done, total, note }: Stage, word: string): void => {
    stderr.write(`${label}: ${word}${done} of ${total}${note && `, ${note}`}\n`);
    said = now();
  };
  const stop = (): void => {
    if (current) say(current, "done at ");
    current = undefined;
  };
  const show = (stage: Stage): void => {
    if (current && current.label !== stage.label) stop();
    if (!current) said = now();
    else if (now() - said >= patience) say(stage, "");
    current = stage;
  };
  return { show, stop };
};

/** A bar per stage, for terminals. */
export const barProgress = async (stderr: TextSink): Promise<Progress> => {
  const { default: cliProgress } = await import("cli-progress");
  let bar: InstanceType<typeof cliProgress.SingleBar> | undefined;
  let label = "";
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const start = (stage: Stage): void => {
    stop();
    label = stage.label;
    bar = new cliProgress.SingleBar({
      stream: stderr as NodeJS.WritableStream,
      format: "{label} {bar} {value}/{total}  {note}",
      barCompleteChar: "━",
      barIncompleteChar: "─",
      barsize: 28,
      hideCursor: false,
      gracefulExit: false,
      fps: 8,
    });
    bar.start(stage.total, stage.done, { label, note: stage.note });
  };
  const show = (stage: Stage): void => {
    if (!bar || stage.label !== label) {
      start(stage);
      return;
    }
    if (stage.total !== bar.getTotal()) bar.setTotal(stage.total);
    bar.update(stage.done, { note: stage.note });
  };
  return { show, stop };
};

/** Bars on a terminal, which get out of the way of an interruption; quiet lines elsewhere. */
export const progressOn = async ({ stderr, interrupted }: Omit<Streams, "stdout">): Promise<Progress> => {
  if (!stderr.isTTY) return lineProgress(stderr);
  const bars = await barProgress(stderr);
  interrupted?.addEventListener("abort", bars.stop, { once: true });
  return bars;
};

const bound = (elbo: number): string => (Number.isFinite(elbo) ? `ELBO ${elbo.toFixed(2)}` : "");
const divergent = (count: number): string =>
  count === 0 ? "" : `${count} ${count === 1 ? "divergence" : "divergences"}`;

/** "2 of 4 chains warming up", as long as there are such. */
const warmingUp = (chains: readonly { readonly phase: string }[] = []): string => {
  const count = chains.filter(({ phase }) => phase === "warm-up").length;
  return count === 0 ? "" : `${count} of ${chains.length} chains warming up`;
};

/** What a fit or a sampler reports, as a stage. */
export const stageOf = (
  label: string,
  report:
    | {
        readonly step: number;
        readonly steps: number;
        readonly bound: number;
        readonly restart?: number;
        /** What is at work, of a ladder. */
        readonly rung?: string;
      }
    | SampleReport,
): Stage => {
  if ("done" in report) {
    const notes = [warmingUp(report.chains), divergent(report.divergences)].filter((note) => note !== "");
    return { label, done: report.done, total: report.total, note: notes.join(", ") };
  }
  const again = report.restart ? ` (restart ${report.restart + 1})` : "";
  const name = report.rung === undefined ? label : `${label}: ${report.rung.split(":")[0]}`;
  return { label: `${name}${again}`, done: report.step, total: report.steps, note: bound(report.bound) };
};
