import { threefry } from "../core/threefry.ts";
import type { Bound } from "../model/data.ts";

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The words of doubles, the low one first on every machine. */
const wordsOf = (values: Float64Array): Int32Array => {
  const words = new Int32Array(values.slice().buffer);
  if (!littleEndian) for (let i = 0; i < words.length; i += 2) [words[i], words[i + 1]] = [words[i + 1], words[i]];
  return words;
};

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");

/** A hash of 64 bits, block by block: Threefry under the state as its key, the block added. Matyas, Meyer & Oseas 1985. */
const hasher = (): { add(words: Int32Array): void; digest(): string } => {
  const state = new Int32Array(2);
  const mixed = new Int32Array(2);
  const block = (low: number, high: number): void => {
    threefry(state[0], state[1], low, high, mixed);
    state[0] = mixed[0] ^ low;
    state[1] = mixed[1] ^ high;
  };
  return {
    add: (words) => {
      block(words.length, 0);
      for (let i = 0; i < words.length; i += 2) block(words[i], words[i + 1] ?? 0);
    },
    digest: () => `${hex(state[0])}${hex(state[1])}`,
  };
};

const codesOf = (text: string): Int32Array => Int32Array.from(text, (letter) => letter.codePointAt(0) as number);

/** A hash of bound data: the names, types, shapes, values and gaps of all variables in order of their names; labels do not count. */
export const fingerprintOf = ({ data }: Pick<Bound, "data">): string => {
  const hash = hasher();
  for (const name of Object.keys(data).sort()) {
    const { type, shape, values, missing } = data[name];
    hash.add(codesOf(`${name} ${type}`));
    hash.add(Int32Array.from(shape));
    hash.add(wordsOf(values));
    if (missing) hash.add(Int32Array.from(missing));
  }
  return hash.digest();
};
