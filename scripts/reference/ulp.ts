/**
 * Worst errors of the compiled math library against quadruple precision, and its speed.
 * gcc -O2 -o ulp scripts/reference/ulp.c -lquadmath -lm; npx tsx scripts/reference/ulp.ts ./ulp [points] [relaxed]
 */
import { spawnSync } from "node:child_process";
import type { MathName, PairName } from "../../src/engine/wasm/math/names.ts";
import { applied, isPair, mathNames } from "../../test/engine/wasm/library.ts";

const [program, points = "100000", mode = "plain", only = ""] = process.argv.slice(2);
const count = Number(points);
let state = 12345n;
const random = (): number => {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number(state >> 11n) / 2 ** 53;
};
const between = (low: number, high: number) => (): number => low + (high - low) * random();
const spread = (low: number, high: number) => (): number => 2 ** between(low, high)();
const either = (f: () => number) => (): number => (random() < 0.5 ? -f() : f());
const negative = (f: () => number) => (): number => -f();
type Pick = () => readonly [number, number];
const two =
  (x: () => number, y: () => number): Pick =>
  () => [x(), y()];
/** Both near the same number. */
const alike =
  (x: () => number, apart: () => number): Pick =>
  () => {
    const first = x();
    return [first, first * apart()];
  };
const pairRanges: Readonly<Record<PairName, Pick[]>> = {
  pow: [
    two(spread(-10, 10), between(-5, 5)),
    two(spread(-3, 3), between(-30, 30)),
    two(spread(-1, 1), between(-200, 200)),
    two(between(0.9, 1.1), between(-600, 600)),
  ],
  deviance: [
    alike(spread(-20, 20), between(0.9, 1.1)),
    alike(spread(-20, 20), between(0.3, 4)),
    alike(spread(-20, 20), spread(-40, 40)),
    two(spread(-4, 4), spread(-4, 4)),
  ],
  logBeta: [
    two(between(0.1, 7), between(0.1, 7)),
    two(between(0.1, 7), spread(3, 20)),
    two(spread(3, 20), spread(3, 20)),
    two(spread(-30, 10), spread(-10, 10)),
  ],
};
const ranges = (single: boolean): Partial<Record<MathName, (() => number)[]>> => {
  const [least, most] = single ? [-149, 127.9] : [-1074, 1023.9];
  const top = single ? 88.7 : 709.7;
  const bottom = single ? -104 : -746;
  const tiny = either(spread(least, 4));
  return {
    exp: [between(bottom, top), between(-2, 2), tiny],
    expm1: [between(-40, top), between(-2, 2), tiny],
    log: [spread(least, most), between(0.5, 2), between(0.99, 1.01)],
    log1p: [spread(least, most), between(-1, 3), tiny, between(-0.01, 0.01)],
    tanh: [between(-22, 22), between(-1, 1), tiny],
    sigmoid: [between(bottom, 40), between(-3, 3), tiny],
    softplus: [between(bottom, 800), between(-40, 40), between(-3, 3)],
    sin: [between(-10, 10), either(spread(-30, 20)), either(spread(20, 60))],
    cos: [between(-10, 10), either(spread(-30, 20)), either(spread(20, 60))],
    erf: [between(-7, 7), between(-1, 1), tiny],
    erfc: [between(-7, single ? 10 : 27.3), between(-1, 1), between(0, 3)],
    lgamma: [spread(-60, 60), between(2.6, 12), between(0.01, 0.7), between(0.7, 2.6), spread(least / 2, most / 2)],
    digamma: [spread(-60, 60), between(2.6, 12), between(0.01, 1.2), between(1.6, 3), spread(least / 2, most / 2)],
    log1pSquare: [either(spread(least / 2, most)), between(-3, 3), between(-0.1, 0.1)],
    log1mexp: [negative(spread(least, 9)), between(-3, 0), between(-0.7, -0.6), negative(spread(-30, 5))],
    tan: [between(-10, 10), either(spread(-30, 20)), either(spread(20, 60))],
    asin: [between(-1, 1), either(spread(least, 0))],
    acos: [between(-1, 1), either(spread(-40, 0)), between(0.9, 1)],
    atan: [between(-3, 3), either(spread(least, most))],
    sinh: [between(-3, 3), between(-top, top), tiny],
    cosh: [between(-3, 3), between(-top, top)],
    asinh: [between(-3, 3), either(spread(least, most)), tiny],
    acosh: [between(1, 3), between(1, 1.01), spread(0, most)],
    atanh: [between(-1, 1), either(spread(least, 0)), between(0.99, 1)],
    erfinv: [between(-1, 1), either(spread(least / 2, -1)), between(0.999, 1)],
    normalCdf: [between(-3, 3), between(-0.6, 0.6), between(single ? -13 : -38, 9)],
    normalLogCdf: [between(-3, 3), between(-100, 9), between(8, single ? 13 : 38)],
    inverseMills: [between(-3, 3), between(-100, 9), between(8, single ? 13 : 38)],
    trigamma: [spread(-60, 60), between(0, 10), between(7, 9), spread(single ? -60 : -500, most), between(-20, 0)],
    stirlingGap: [spread(-60, 60), between(0, 1.2), between(0.9, 9), between(7, 100)],
  };
};

const timed: Partial<Record<MathName, () => number>> = {
  log1p: between(-0.9, 5),
  log: spread(-10, 10),
  normalQuantile: between(0, 1),
  lgamma: between(0, 20),
  digamma: between(0, 20),
  trigamma: between(0, 20),
  stirlingGap: between(0, 20),
  deviance: between(0.5, 20),
  logBeta: between(0.5, 20),
  pow: between(0.5, 3),
  log1mexp: between(-3, 0),
  erfinv: between(-1, 1),
  asin: between(-1, 1),
  acos: between(-1, 1),
  acosh: between(1, 5),
  atanh: between(-1, 1),
};
for (const precision of ["f64", "f32"] as const) {
  const single = precision === "f32";
  const { apply, time } = applied(precision, mode === "relaxed");
  const compare = (name: MathName, values: Float64Array<ArrayBuffer>): void => {
    const { stdout } = spawnSync(program, [name, precision], { input: new Uint8Array(values.buffer), maxBuffer: 1e8 });
    console.log(stdout.toString().trimEnd().split("\n").slice(-4).join("\n"));
  };
  const rounded = single ? Math.fround : (x: number): number => x;
  const sweep = (name: MathName, pick: () => readonly number[]): void => {
    const drawn = Array.from({ length: count }, () => pick().map(rounded));
    const columns = drawn[0].map((_, k) => drawn.map((row) => row[k]));
    const results = apply(name, ...columns);
    compare(name, Float64Array.from(drawn.flatMap((row, i) => [...row, results[i]])));
  };
  const asked = (name: string): boolean => !only || only.split(",").includes(name);
  for (const [name, picks] of Object.entries(ranges(single)) as [MathName, (() => number)[]][])
    if (asked(name)) for (const pick of picks) sweep(name, () => [pick()]);
  for (const [name, picks] of Object.entries(pairRanges) as [PairName, Pick[]][])
    if (asked(name)) for (const pick of picks) sweep(name, pick);
  for (const name of mathNames.filter(asked)) {
    const pick = timed[name] ?? between(-3, 3);
    const columns = Array.from({ length: isPair(name) ? 2 : 1 }, () => Float64Array.from({ length: 4096 }, pick));
    apply(name, ...columns);
    for (let i = 0; i < 300; i++) time(name, 4096);
    const best = Math.min(...Array.from({ length: 200 }, () => time(name, 4096)));
    console.log(`${name} ${precision}: ${best.toFixed(2)} ns an element`);
  }
}
