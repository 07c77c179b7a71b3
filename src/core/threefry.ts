/**
 * Threefry 2x32, 20 rounds: a counter-based generator (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as
 * 1, 2, 3"). A key and a counter give two random words; there is no state.
 */
const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;

/** Writes the two words of counter (c0, c1) under key (k0, k1) into out[at], out[at + 1]. */
export const threefry = (k0: number, k1: number, c0: number, c1: number, out: Int32Array, at = 0): void => {
  const k2 = parity ^ k0 ^ k1;
  const schedule = [k0, k1, k2];
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  for (let round = 0; round < 20; round++) {
    const r = rotations[round & 7];
    x = (x + y) | 0;
    y = ((y << r) | (y >>> (32 - r))) ^ x;
    if ((round & 3) === 3) {
      const s = (round >> 2) + 1;
      x = (x + schedule[s % 3]) | 0;
      y = (y + schedule[(s + 1) % 3] + s) | 0;
    }
  }
  out[at] = x;
  out[at + 1] = y;
};

/** What a key is used for goes into the counter's second word, so that no two uses share a word. */
export const purpose = { draw: 0, split: 1, fold: 2 } as const;

/** A uniform in (0, 1) from two words, 52 bits; never 0, never 1. */
export const unit52 = (high: number, low: number): number =>
  ((high >>> 0) * 1048576 + (low >>> 12) + 0.5) * 2.220446049250313e-16;

/** A uniform in (0, 1) from one word, 23 bits, exact in single precision. */
export const unit23 = (high: number): number => ((high >>> 9) + 0.5) * 1.1920928955078125e-7;
