import type { Points } from "fluvial";
import { eagerEngine, hostKey, hostValues, key, normal, uniform } from "fluvial";

/** Random numbers in a row, from one seed. */
export interface Stream {
  /** In (0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** A whole number from 0, below `count`. */
  index(count: number): number;
}

const block = 1 << 14;

/** Numbers one by one out of blocks; the last of a block is the seed of the next. */
const inBlocks = (law: typeof uniform | typeof normal, seed: number): (() => number) => {
  const engine = eagerEngine();
  const drawn = (from: number): Float64Array => {
    const made = engine.compile(() => law(0, 1).sample(key(hostKey(from)), [block]))();
    const values = hostValues(made);
    made.dispose();
    return values;
  };
  let values: Float64Array = new Float64Array(0);
  let next = 0;
  let following = seed;
  return () => {
    if (next >= values.length - 1) {
      values = drawn(following);
      following = Math.floor(Math.abs(values[block - 1]) * 2 ** 30);
      next = 0;
    }
    return values[next++];
  };
};

/** The stream of a seed: the same numbers on every machine. */
const streamOf = (seed: number): Stream => {
  const fromUniform = inBlocks(uniform, 2 * seed);
  return {
    uniform: fromUniform,
    normal: inBlocks(normal, 2 * seed + 1),
    index: (count) => Math.floor(count * fromUniform()),
  };
};

/** Points one by one from how one is drawn. */
export const drawing =
  (size: number, draw: (stream: Stream) => readonly number[]) =>
  (n: number, seed: number): Points => {
    const stream = streamOf(seed);
    const values = new Float64Array(size * n);
    for (let i = 0; i < n; i++) values.set(draw(stream), size * i);
    return { shape: [n, size], values };
  };

/** The first proposal that a coin accepts, whose chance is that of the proposal. */
export const accepted =
  <T>(propose: (stream: Stream) => T, chance: (proposal: T) => number) =>
  (stream: Stream): T => {
    for (;;) {
      const proposal = propose(stream);
      if (stream.uniform() < chance(proposal)) return proposal;
    }
  };

/** A point around 0 whose distance r has the density r exp(−½ ((r − R)/width)²), R one of several, and r at most `farthest` but for what no draw sees. */
export const onCircles =
  (radii: readonly number[], width: number, farthest: number) =>
  (stream: Stream): readonly [number, number] => {
    const distance = accepted(
      ({ index, normal: next }) => radii[index(radii.length)] + width * next(),
      (r) => Math.max(0, r) / farthest,
    )(stream);
    const angle = 2 * Math.PI * stream.uniform();
    return [distance * Math.cos(angle), distance * Math.sin(angle)];
  };
