/** How the ranks of one scalar depart from uniform ones, and what that says of the posterior. */
export type Miscalibration = "none" | "too narrow" | "too wide" | "too low" | "too high" | "irregular";

/** One scalar in a calibration. */
export interface CalibrationRow {
  /** "mu", "theta[3]", "log likelihood". */
  readonly name: string;
  /** The p-value of the ranks' distribution function against the simultaneous band; Säilynoja, Bürkner & Vehtari 2022. */
  readonly p: number;
  /** The same with all scalars taken into account. Holm 1979. */
  readonly adjustedP: number;
  /** Pearson's, of the histogram. */
  readonly chiSquareP: number;
  /** Standard scores of the mean rank and of its mean squared distance from the middle. */
  readonly slope: number;
  readonly bow: number;
  readonly shape: Miscalibration;
  /** How many replications were ranked. */
  readonly count: number;
}

/** What simulation-based calibration found. */
export interface Calibration {
  readonly kind: "calibration";
  readonly model: string;
  readonly method: string;
  readonly seed: number;
  readonly engine: string;
  readonly seconds: number;
  /** Gradients of chains, all replications together; 0 where the method does not say. */
  readonly gradients: number;
  readonly divergences: number;
  /** Replications that were done, and that were asked for. */
  readonly replications: number;
  readonly asked: number;
  /** Whether it was stopped before all were done. */
  readonly interrupted: boolean;
  /** Draws that every true value is ranked among: ranks are 0 … draws. */
  readonly draws: number;
  /** Transitions a draw. */
  readonly thin: number;
  /** The probability with which all ranks of a right method stay inside their bands, scalar by scalar: 0.99 unless said. */
  readonly level: number;
  /** The rank of every replication's true value among its draws, by scalar. */
  readonly ranks: Readonly<Record<string, Int32Array>>;
  readonly rows: readonly CalibrationRow[];
  /** The smallest p-value of all scalars times their number: a p-value of the whole (Bonferroni; the first step of Holm 1979). */
  readonly p: number;
  /** Whether p is above 1 − level. */
  readonly passed: boolean;
  /** Replications in which the method failed, and what it said: they have no ranks. */
  readonly failures: readonly string[];
  /** One sentence: which scalars fail, and how. */
  readonly verdict: string;
  /** A table of the rows and the verdict, as text. */
  summary(): string;
}
