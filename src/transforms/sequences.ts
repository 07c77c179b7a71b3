import { everyLast, type ValueSet } from "./support.ts";

/** Sequences along one axis, in front of those of an event, whose every element lies in a set. */
export const sequences = (of: ValueSet): ValueSet => ({
  name: `sequences of ${of.name}`,
  rank: of.rank + 1,
  contains: (x) => everyLast(of.contains(x)),
  bounds: of.bounds ?? [],
});
