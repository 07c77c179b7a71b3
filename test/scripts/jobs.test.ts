import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Failed, isDone, keepLine, lastLines, readLines } from "../../scripts/jobs/lines.ts";
import { namesOf, optionsOf, seedsOf } from "../../scripts/jobs/options.ts";
import { pictureOf, pictureStore, shown } from "../../scripts/jobs/pictures.ts";
import { outcomeOf, runGroups } from "../../scripts/jobs/pool.ts";
import { openJobs } from "../../scripts/jobs/work.ts";

interface Job {
  readonly name: string;
  readonly seed: number;
}

interface Result extends Job {
  readonly value: number;
}

type Line = Result | Failed<Job>;

const folder = mkdtempSync(join(tmpdir(), "jobs-"));

describe("options of a long experiment", () => {
  const own = { sets: undefined, steps: "150" } as const;

  it("are those that all have, and its own as text", () => {
    expect(optionsOf(own, [], [])).toEqual({
      common: { workers: 1, out: "docs/results", only: [], again: false, answer: false },
      given: { steps: "150" },
    });
    const args = ["--workers", "2", "--out", "x", "--only", "lattice,report", "--again", "--sets", "a,b", "--answer"];
    expect(optionsOf(own, ["lattice"], args)).toEqual({
      common: { workers: 2, out: "x", only: ["lattice", "report"], again: true, answer: true },
      given: { steps: "150", sets: "a,b" },
    });
  });

  it("are refused where they are none", () => {
    expect(() => optionsOf(own, [], ["--only", "rep"])).toThrow('--only: expected some of report; got "rep"');
    expect(() => optionsOf(own, [], ["--workers", "0"])).toThrow("--workers: expected a whole number from 1, got 0");
    expect(() => optionsOf(own, [], ["--stepz", "1"])).toThrow("Unknown option '--stepz'");
    expect(() => namesOf("sets", "moons,sun", ["moons", "rings"])).toThrow(
      '--sets: expected some of moons,rings; got "sun"',
    );
    expect(() => seedsOf("1-x")).toThrow("--seeds: expected a whole number from 1, got x");
  });

  it("take seeds one by one and from one to another", () => {
    expect(seedsOf("1-3,7,2")).toEqual([1, 2, 3, 7]);
    expect(namesOf("rows", "a, b;c", ["a, b", "c"], ";")).toEqual(["a, b", "c"]);
  });
});

describe("kept lines", () => {
  const file = join(folder, "kept", "results.jsonl");
  const job = (name: string, seed: number): Job => ({ name, seed });

  it("come back with NaN and ∞, and the last of a job counts", () => {
    expect(readLines(file)).toEqual([]);
    keepLine(file, { ...job("a", 1), error: "broke" });
    keepLine(file, { ...job("a", 1), value: Number.NaN });
    keepLine(file, { ...job("b", 1), value: Number.NEGATIVE_INFINITY });
    const lines = readLines<Line>(file);
    const lineOf = lastLines<Job, Line>(lines, ["name", "seed"]);
    expect(lineOf(job("a", 1))).toEqual({ name: "a", seed: 1, value: Number.NaN });
    expect(lineOf(job("b", 1))).toEqual({ name: "b", seed: 1, value: Number.NEGATIVE_INFINITY });
    expect(lineOf(job("a", 2))).toBeUndefined();
    expect(lines.map(isDone)).toEqual([false, true, true]);
  });

  it("are read where plain JSON wrote them, whatever the order of fields", () => {
    appendFileSync(file, `${JSON.stringify({ value: 3, seed: 2, name: "a" })}\n`);
    expect(lastLines<Job, Line>(readLines(file), ["name", "seed"])(job("a", 2))).toEqual({ ...job("a", 2), value: 3 });
  });

  it("leave open what failed, what is new, and all of it if that is wished", () => {
    keepLine(file, { ...job("c", 1), error: "broke" });
    const groups = [[job("a", 1), job("c", 1)], [job("d", 1)]];
    const work = { file, groups, key: ["name", "seed"] as const };
    expect(openJobs<Job, Result>(work, { again: false })).toEqual([[job("c", 1)], [job("d", 1)]]);
    expect(openJobs<Job, Result>(work, { again: true })).toEqual(groups);
  });
});

describe("a pool of processes", () => {
  const script = join(folder, "answer.ts");
  const pool = new URL("../../scripts/jobs/pool.ts", import.meta.url).href;
  writeFileSync(
    script,
    `import { answerJobs } from ${JSON.stringify(pool)};
let jobs = 0;
answerJobs(async ({ name, seed }) => {
  jobs += 1;
  if (name === "throws") throw new Error("broke\\nand more");
  if (name === "ends") process.exit(3);
  if (name === "hangs") await new Promise((done) => setTimeout(done, 60_000));
  return { name, seed, value: jobs };
});
`,
  );

  const linesOf = async (names: readonly string[], seconds?: number): Promise<readonly Line[]> => {
    const lines: Line[] = [];
    await runGroups<Job, Line>([names.map((name) => ({ name, seed: 1 }))], {
      ...{ script, workers: 1, seconds },
      failed: (job, error) => ({ ...job, error }),
      done: (line) => lines.push(line),
    });
    return lines;
  };

  it("keeps a process for a group, and what goes wrong in one job ends that job alone", async () => {
    expect(await linesOf(["one", "throws", "two", "ends", "three"])).toEqual([
      { name: "one", seed: 1, value: 1 },
      { name: "throws", seed: 1, error: "broke" },
      { name: "two", seed: 1, value: 3 },
      { name: "ends", seed: 1, error: "its process ended early" },
      { name: "three", seed: 1, value: 1 },
    ]);
  }, 60_000);

  it("ends a job that takes too long", async () => {
    expect(await linesOf(["hangs"], 0.1)).toEqual([{ name: "hangs", seed: 1, error: "stopped after 0.1 seconds" }]);
  }, 60_000);

  it("says in one line what a job throws", async () => {
    const job = { name: "a", seed: 1 };
    expect(await outcomeOf(async () => Promise.reject(new RangeError("x\ny")), job)).toEqual({ ...job, error: "x" });
  });
});

describe("a picture", () => {
  const standard = ({ values }: { readonly values: ArrayLike<number> }): number[] =>
    Array.from({ length: values.length / 2 }, (_, i) => -(values[2 * i] ** 2 + values[2 * i + 1] ** 2) / 2);
  const bounds = [
    [-3, 3],
    [-3, 3],
  ] as const;
  const points = new Float64Array(2 * shown).fill(1.23456);

  it("has shades on the scale of the truth and points of three places, and comes back from its file", () => {
    const { cells, paint, samples } = pictureOf(standard as never, points, standard as never, bounds);
    const shades = Buffer.from(paint, "base64");
    expect([shades.length, Math.max(...shades), shades[0]]).toEqual([cells * cells, 255, 0]);
    expect(samples[0]).toEqual([1.235, 1.235]);
    const half = pictureOf(
      ((at: never) => standard(at).map((log) => log - Math.LN2)) as never,
      points,
      standard as never,
      bounds,
    );
    // Half the density has half the shade, to the rounding of both.
    const middle = (cells / 2) * cells + 10;
    expect(Math.abs(2 * Buffer.from(half.paint, "base64")[middle] - shades[middle])).toBeLessThanOrEqual(2);
    const store = pictureStore(join(folder, "pictures"));
    expect(store.read("a")).toBeUndefined();
    store.keep("a", { cells, paint, samples });
    expect(store.read("a")).toEqual({ cells, paint, samples });
  });
});
