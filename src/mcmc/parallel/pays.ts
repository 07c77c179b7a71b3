/** Milliseconds: a thread takes some 40 to start, and early transitions are slower than the rest. */
const watched = 100;
const worthwhile = 300;

/** Whether threads pay for themselves after `spent` milliseconds in which `done` of `total` transitions were made. */
export const threadsPay = (spent: number, done: number, total: number): boolean =>
  spent >= watched && done > 0 && spent * (total / done - 1) >= worthwhile;
