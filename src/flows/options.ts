import { checkCount, fail } from "../core/check.ts";
import { type Activation, activations } from "../nn/activations.ts";

/** The widths of hidden layers as a user gives them: one number or a list. @throws FluvialError unless they are whole numbers from 1. */
export const widths = (who: string, hidden: number | readonly number[]): readonly number[] => {
  const list = [hidden].flat();
  for (const width of list) checkCount(`${who}: hidden`, width);
  return list;
};

/** One of the names that an option may have. @throws FluvialError naming those there are. */
export const oneOf = <T extends string>(who: string, value: T, names: readonly T[]): T => {
  if (!names.includes(value))
    fail(`${who}: expected ${names.map((name) => `"${name}"`).join(" or ")}, got ${JSON.stringify(value)}`);
  return value;
};

/** The units of a network as a user names them. @throws FluvialError where there are none of that name. */
export const activationNamed = (who: string, activation: Activation): Activation =>
  oneOf(`${who}: activation`, activation, Object.keys(activations) as Activation[]);
