import { checkCount } from "../core/check.ts";

/** The widths of hidden layers as a user gives them: one number or a list. @throws FluvialError unless they are whole numbers from 1. */
export const widths = (who: string, hidden: number | readonly number[]): readonly number[] => {
  const list = [hidden].flat();
  for (const width of list) checkCount(`${who}: hidden`, width);
  return list;
};
