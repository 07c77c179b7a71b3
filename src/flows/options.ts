/** What the options of flows have in common: their checks, and what they say. */
import { checkCount, fail, suggest } from "../core/check.ts";
import { type Activation, activations } from "../nn/activations.ts";

/**
 * The widths of hidden layers as a user gives them: one number or a list, of `fewest` layers at the least.
 * @throws FluvialError unless they are whole numbers from 1, and so many.
 */
export const widths = (who: string, hidden: number | readonly number[], fewest = 0): readonly number[] => {
  const list = [hidden].flat();
  for (const width of list) checkCount(who, width);
  if (list.length < fewest) fail(`${who}: expected at least ${fewest} hidden layer, got none`);
  return list;
};

/** "a", "b" or "c". */
const listed = (names: readonly string[]): string => {
  const quoted = names.map((name) => `"${name}"`);
  return names.length < 2 ? quoted.join() : `${quoted.slice(0, -1).join(", ")} or ${quoted[names.length - 1]}`;
};

/** One of the names that an option may have. @throws FluvialError naming those there are. */
export const oneOf = <T extends string>(who: string, value: T, names: readonly T[]): T =>
  names.includes(value)
    ? value
    : fail(`${who}: expected ${listed(names)}, got ${JSON.stringify(value)}${suggest(String(value), names)}`);

/** The units of a network as a user names them. @throws FluvialError where there are none of that name. */
export const activationNamed = (who: string, activation: Activation): Activation =>
  oneOf(`${who}: activation`, activation, Object.keys(activations) as Activation[]);

/** @throws FluvialError unless it is true or false. */
export const checkFlag = (who: string, value: boolean): void => {
  if (typeof value !== "boolean") fail(`${who}: expected true or false, got ${String(value)}`);
};

/** @throws FluvialError unless it lies between 0 and 1, and is neither. */
export const checkShare = (who: string, value: number): void => {
  if (!(value > 0 && value < 1)) fail(`${who}: expected a number between 0 and 1, got ${value}`);
};

/** Bins of a spline at the most: each has a thousandth of the width and of the height of all at the least. */
const mostBins = 256;

/** @throws FluvialError unless it is a whole number from 2 to 256. */
export const checkBins = (who: string, bins: number): void => {
  checkCount(who, bins, 2);
  if (bins > mostBins) fail(`${who}: expected at most ${mostBins}, got ${bins}`);
};
