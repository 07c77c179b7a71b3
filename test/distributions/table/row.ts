import type { TensorLike } from "../../../src/core/tensor.ts";
import type { Distribution } from "../../../src/distributions/distribution.ts";

export type Value = number | readonly number[];

/** What the contract of distributions needs to know of a member: a new one is a new row. */
export interface Row {
  readonly make: (...parameters: never[]) => Distribution;
  /** Ordinary parameters, in the order of the constructor. */
  readonly parameters: readonly Value[];
  /** Which of them are real numbers, with a slope; all, where left out. */
  readonly real?: readonly number[];
  /** Points inside the support, away from kinks and edges. */
  readonly points: readonly number[];
  /** Where the parameter that must not be negative stands, and its name, if there is one. */
  readonly positive?: readonly [index: number, name: string];
  /** Hard parameters for a draw in single precision: the draw must still lie in the support. */
  readonly hard?: readonly (readonly Value[])[];
}

/** A distribution of one row at some parameters. */
export const build = (
  { make }: Row,
  parameters: readonly (Value | TensorLike)[],
  shape?: readonly number[],
): Distribution => (make as (...all: unknown[]) => Distribution)(...parameters, ...(shape ? [shape] : []));
