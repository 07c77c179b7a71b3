import { type HostKey, splitHostKey } from "../core/key.ts";
import type { MetricData } from "./metric.ts";
import type { Point } from "./point.ts";
import type { ChainState } from "./state.ts";

/** Where warm-up sets out. */
export interface InitialTuning {
  /** The unit metric unless said. */
  readonly metric?: MetricData;
  /** Whether warm-up leaves that metric as it is and adapts the step size alone. */
  readonly keeps?: boolean;
  /** First guess of a step size that is searched for; the step size itself where there is no warm-up. */
  readonly stepSize?: number;
}

/** Plain data. */
export interface ChainPlan {
  readonly warmup: number;
  readonly draws: number;
  readonly targetAcceptance: number;
  readonly initial?: InitialTuning;
}

/** A chain before it runs. */
export interface Beginning {
  /** Which one, from 0. */
  readonly chain: number;
  readonly start: Point;
  readonly key: HostKey;
  /** Where an earlier run ended, at `start`: no warm-up then. */
  readonly after?: ChainState;
}

/** The key of a chain's draws. */
export const drawKeyOf = ({ key, after }: Beginning): HostKey =>
  after ? (after.key as HostKey) : splitHostKey(key, 2)[1];

/** The number of a chain's first draw. */
export const firstDrawOf = ({ after }: Beginning): number => after?.drawsDone ?? 0;
