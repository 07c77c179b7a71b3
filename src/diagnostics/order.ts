// Loops stand in functions of their own, with nothing behind them: what runs once is compiled while it runs.

/** Values sorted once, for all that ranks, quantiles and tails want of them. */
export interface Ordered {
  /** The places of the values, the smallest first, those of equal values as they came; NaN last. */
  readonly order: Int32Array;
  /** The values in that order. */
  readonly ascending: Float64Array;
}

/** Bits of a digit; three digits make a word, the topmost with its sign twice, which leaves the order alone. */
const digitBits = 11;
const bins = 2 ** digitBits;

/** A double's two words, changed so that their bits compare as unsigned integers as the values do; NaN above all. */
interface Keys {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

const fillKeys = (values: Float64Array, words: Int32Array, { low, high }: Keys): void => {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value > 0) {
      low[i] = words[2 * i];
      high[i] = words[2 * i + 1] | 0x80000000;
    } else if (value < 0) {
      low[i] = ~words[2 * i];
      high[i] = ~words[2 * i + 1];
    } else high[i] = value === 0 ? 0x80000000 : -1;
  }
};

const count = (keys: Int32Array, shift: number, place: Int32Array): void => {
  for (let i = 0; i < keys.length; i++) place[(keys[i] >> shift) & (bins - 1)]++;
};

/** Counts to the places where the bins begin. */
const accumulate = (place: Int32Array): void => {
  let at = 0;
  for (let bin = 0; bin < bins; bin++) {
    const here = place[bin];
    place[bin] = at;
    at += here;
  }
};

const scatter = (keys: Int32Array, shift: number, place: Int32Array, from: Int32Array, to: Int32Array): void => {
  for (let i = 0; i < from.length; i++) {
    const item = from[i];
    const digit = (keys[item] >> shift) & (bins - 1);
    to[place[digit]] = item;
    place[digit]++;
  }
};

/** The places of keys in ascending order, equal ones as they stand in `start`: a radix sort, in time linear in their number. */
const sortBy = (keys: Int32Array, start: Int32Array): Int32Array => {
  const place = new Int32Array(bins);
  let order = start;
  let spare: Int32Array = new Int32Array(keys.length);
  for (let shift = 0; shift < 32; shift += digitBits) {
    place.fill(0);
    count(keys, shift, place);
    if (place[(keys[0] >> shift) & (bins - 1)] === keys.length) continue;
    accumulate(place);
    scatter(keys, shift, place, order, spare);
    const sorted = spare;
    spare = order;
    order = sorted;
  }
  return order;
};

const gather = (values: Float64Array, order: Int32Array, out: Float64Array): void => {
  for (let i = 0; i < order.length; i++) out[i] = values[order[i]];
};

/** The first place from `from` on whose value is less than the one before, or the number of values. */
const nextDescent = (values: Float64Array, from: number): number => {
  let i = from;
  while (i < values.length && !(values[i - 1] > values[i])) i++;
  return i;
};

/** Moves the value at a place down to where it belongs; returns how far. */
const sink = ({ order, ascending }: Ordered, from: number): number => {
  const place = order[from];
  const value = ascending[from];
  let to = from;
  for (; to > 0 && ascending[to - 1] > value; to--) {
    order[to] = order[to - 1];
    ascending[to] = ascending[to - 1];
  }
  order[to] = place;
  ascending[to] = value;
  return from - to;
};

/** Mends an order that is right but for values whose high words are the same; false where that takes too many moves. */
const mend = (ordered: Ordered): boolean => {
  const n = ordered.order.length;
  let moves = 0;
  for (let i = nextDescent(ordered.ascending, 1); i < n && moves < n; i = nextDescent(ordered.ascending, i + 1))
    moves += sink(ordered, i);
  return moves < n;
};

const fillNaturals = (order: Int32Array): Int32Array => {
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order;
};

/** Sorts by the high words, which tells nearly all draws of a continuous quantity apart; by all bits where it does not. */
export const orderOf = (values: Float64Array): Ordered => {
  const n = values.length;
  const keys = { low: new Int32Array(n), high: new Int32Array(n) };
  fillKeys(values, new Int32Array(values.buffer, values.byteOffset, 2 * n), keys);
  const ascending = new Float64Array(n);
  const nearly = sortBy(keys.high, fillNaturals(new Int32Array(n)));
  gather(values, nearly, ascending);
  if (mend({ order: nearly, ascending })) return { order: nearly, ascending };
  const order = sortBy(keys.high, sortBy(keys.low, fillNaturals(nearly)));
  gather(values, order, ascending);
  return { order, ascending };
};

const merge = ({ order, ascending }: Ordered, centre: number, above: number, out: Ordered): void => {
  const n = order.length;
  let below = above - 1;
  for (let i = 0; i < n; i++) {
    const up = above < n ? ascending[above] - centre : Number.POSITIVE_INFINITY;
    const down = below >= 0 ? centre - ascending[below] : Number.POSITIVE_INFINITY;
    if (below < 0 || up < down) {
      out.ascending[i] = up;
      out.order[i] = order[above++];
    } else {
      out.ascending[i] = down;
      out.order[i] = order[below--];
    }
  }
};

/** How many of sorted values are at most a level. */
export const countUpTo = (ascending: Float64Array, level: number): number => {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= level) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Distances from a centre, sorted: what lies below it, read backwards, merged with what lies above. */
export const folded = (ordered: Ordered, centre: number): Ordered => {
  const n = ordered.order.length;
  const out = { order: new Int32Array(n), ascending: new Float64Array(n) };
  merge(ordered, centre, countUpTo(ordered.ascending, centre), out);
  return out;
};
