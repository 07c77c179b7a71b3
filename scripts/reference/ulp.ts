/**
 * Worst errors of the compiled math library against quadruple precision, and its speed.
 * gcc -O2 -o ulp scripts/reference/ulp.c -lquadmath -lm; npx tsx scripts/reference/ulp.ts ./ulp [points] [relaxed]
 */
import { spawnSync } from "node:child_process";
import type { MathName } from "../../src/engine/wasm/math/library.ts";
import { applied } from "../../test/engine/wasm/library.ts";

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
  };
};

const timed: Partial<Record<MathName, () => number>> = {
  log1p: between(-0.9, 5),
  log: spread(-10, 10),
  normalQuantile: between(0, 1),
  lgamma: between(0, 20),
  digamma: between(0, 20),
};
for (const precision of ["f64", "f32"] as const) {
  const single = precision === "f32";
  const { apply, time } = applied(precision, mode === "relaxed");
  const compare = (name: MathName, values: Float64Array<ArrayBuffer>): void => {
    const { stdout } = spawnSync(program, [name, precision], { input: new Uint8Array(values.buffer), maxBuffer: 1e8 });
    console.log(stdout.toString().trimEnd().split("\n").slice(-4).join("\n"));
  };
  const run = (name: MathName, pick: () => number): void => {
    const x = Float64Array.from({ length: count }, () => (single ? Math.fround(pick()) : pick()));
    const y = apply(name, x);
    const pairs = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) pairs.set([x[i], y[i]], 2 * i);
    compare(name, pairs);
  };
  for (const [name, picks] of Object.entries(ranges(single)) as [MathName, (() => number)[]][])
    if (!only || only.split(",").includes(name)) for (const pick of picks) run(name, pick);
  if (!only || only === "pow")
    for (const [base, exponent] of [
      [spread(-10, 10), between(-5, 5)],
      [spread(-3, 3), between(-30, 30)],
      [spread(-1, 1), between(-200, 200)],
      [between(0.9, 1.1), between(-600, 600)],
    ] as const) {
      const round = single ? Math.fround : (x: number) => x;
      const x = Float64Array.from({ length: count }, () => round(base()));
      const y = Float64Array.from({ length: count }, () => round(exponent()));
      const z = apply("pow", x, y);
      const triples = new Float64Array(3 * count);
      for (let i = 0; i < count; i++) triples.set([x[i], y[i], z[i]], 3 * i);
      compare("pow", triples);
    }
  if (only) continue;
  const speeds = [
    "exp",
    "expm1",
    "log",
    "log1p",
    "tanh",
    "sigmoid",
    "softplus",
    "sin",
    "erf",
    "erfc",
    "normalQuantile",
    "lgamma",
    "digamma",
  ] as const;
  for (const name of speeds) {
    const pick = timed[name] ?? between(-3, 3);
    apply(name, Float64Array.from({ length: 4096 }, pick));
    for (let i = 0; i < 300; i++) time(name, 4096);
    const best = Math.min(...Array.from({ length: 200 }, () => time(name, 4096)));
    console.log(`${name} ${precision}: ${best.toFixed(2)} ns an element`);
  }
}
