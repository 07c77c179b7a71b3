import type { Precision } from "../../core/double.ts";

/** How programs are made. */
export interface Setting {
  readonly precision: Precision;
  /** Whether relaxed SIMD is used where it can be. */
  readonly relaxed: boolean;
  /** Told what the user should know. */
  warn(message: string): void;
  /** The same, of a program that the eager engine runs. */
  fallBack(message: string): void;
}
