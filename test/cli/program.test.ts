import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { checkpointsIn } from "../../src/cli/checkpoint.ts";
import { showJson } from "../../src/cli/result.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import type { Chains } from "../../src/posterior/posterior.ts";
import { chainsOfForm, fitOf } from "../plot/synthetic.ts";
import { runFake, schoolsModule } from "./fakes.ts";

const folder = mkdtempSync(join(tmpdir(), "fluvial-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fileWith = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe("the program", () => {
  it("shows help and its version", async () => {
    for (const argv of [[], ["--help"], ["fit", "--help"]]) {
      const { status, stdout, stderr } = await runFake(argv);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain("Usage: fluvial");
    }
    expect(await runFake(["--version"])).toMatchObject({ status: 0, stdout: `${packageJson.version}\n` });
  });

  it("prints a summary with its verdict once, and progress as lines", async () => {
    const { status, stdout, stderr } = await runFake(["fit", "m.ts"]);
    expect(status).toBe(0);
    expect(stdout).toBe("a table\nClose to the truth: k-hat is below 0.7.\n");
    expect(stderr).toBe("mean-field: done at 50 of 100, ELBO -31.50\n");
    expect((await runFake(["sample", "m.ts"])).stderr).toBe("nuts: done at 80 of 80, 3 divergences\n");
    const { stdout: table, stderr: lines } = await runFake(["compare", "m.ts", "--guides", "mean-field,iaf"]);
    expect(table).toBe("a comparison\n");
    expect(lines).toBe("mean-field: done at 9 of 9, ELBO -31.50\niaf: done at 9 of 9, ELBO -31.50\n");
  });

  it("hands on what was asked, and nothing else", async () => {
    const counts = ["--seed", "3", "--draws", "50"];
    const [fit] = (await runFake(["fit", "m.ts", ...counts, "--steps", "9", "--guide", "planar:layers=2"])).calls;
    expect(fit).toMatchObject({ verb: "fit", data: schoolsModule.data });
    expect(fit.options).toMatchObject({ seed: 3, draws: 50, steps: 9, coords: schoolsModule.coords });
    expect(fit.options.guide).toMatchObject({ name: "planar", options: { layers: 2 } });
    expect(fit.options).not.toHaveProperty("restarts");
    expect(fit.options).not.toHaveProperty("correct");
    expect((await runFake(["fit", "m.ts", "--no-correct"])).calls[0].options.correct).toBe(false);
    const [auto] = (await runFake(["fit", "m.ts", "--guide", "auto", "--budget", "5000"])).calls;
    expect(auto.options).toMatchObject({ guide: "auto", budget: 5000 });
    const [sample] = (await runFake(["sample", "m.ts", ...counts, "--chains", "2", "--warmup", "7"])).calls;
    expect(sample.options).toMatchObject({ seed: 3, draws: 50, chains: 2, warmup: 7, sampler: {} });
    const nuts = ["--target-acceptance", "0.95", "--max-tree-depth", "12"];
    for (const verb of ["sample", "compare"])
      expect((await runFake([verb, "m.ts", ...nuts])).calls[0].options.sampler).toEqual({
        targetAcceptance: 0.95,
        maxTreeDepth: 12,
      });
    const [compare] = (await runFake(["compare", "m.ts", "--guides", "iaf,radial", "--warmup", "0"])).calls;
    expect(compare.options).toMatchObject({ guides: { iaf: { name: "iaf" }, radial: {} }, warmup: 0 });
  });

  it("takes data from a file in place of the module's, and drops labels that do not suit them", async () => {
    const path = fileWith("three.json", '{"y": [1, 2, 3], "sigma": [1, 1, 1]}');
    const [call] = (await runFake(["fit", "m.ts", path])).calls;
    expect(call.data).toEqual({ y: [1, 2, 3], sigma: [1, 1, 1] });
    expect(call.options.coords).toEqual({});
  });

  it("needs no data for a model that has none", async () => {
    const model = { ...schoolsModule.model, sites: [] };
    expect((await runFake(["sample", "m.ts"], { model } as never)).calls[0].data).toEqual({});
  });
});

describe("--json", () => {
  it("has the keys of a fit, names by index, labels aside", async () => {
    const { stdout } = await runFake(["fit", "m.ts", "--json"]);
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual([
      "model",
      "method",
      "seed",
      "engine",
      "seconds",
      "gradients",
      "steps",
      "converged",
      "draws",
      "elbo",
      "elboSe",
      "khat",
      "khatThreshold",
      "corrected",
      "notCorrected",
      "weightEss",
      "verdict",
      "parameters",
    ]);
    expect(result).toMatchObject({ seed: 1, steps: 2000, converged: true, draws: 40 });
    expect(result.khatThreshold).toBeCloseTo(1 - 1 / Math.log10(40), 12);
    expect(Object.keys(result.parameters)).toEqual([
      "mu",
      "tau",
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `theta[${i}]`),
    ]);
    expect(Object.keys(result.parameters.mu)).toEqual(["mean", "sd", "q5", "q50", "q95", "mcse"]);
    expect(result.parameters["theta[1]"].label).toBe("theta[Choate]");
  });

  it("has the keys of chains", async () => {
    const result = JSON.parse((await runFake(["sample", "m.ts", "--json"])).stdout);
    expect(Object.keys(result)).toEqual([
      "model",
      "method",
      "seed",
      "engine",
      "seconds",
      "gradients",
      "chains",
      "warmup",
      "draws",
      "divergences",
      "saturations",
      "ebfmi",
      "verdict",
      "parameters",
    ]);
    expect(result).toMatchObject({ chains: 4, warmup: 1000, draws: 10 });
    expect(result.parameters["theta[8]"]).toMatchObject({ rhat: 1.0012, essBulk: 3712.4, essTail: 3120.9 });
  });

  it("has a key per method for a comparison", async () => {
    const result = JSON.parse((await runFake(["compare", "m.ts", "--json"])).stdout);
    expect(Object.keys(result)).toEqual(["mean-field", "full-rank", "planar:layers=8", "iaf", "nuts"]);
    expect(result.iaf).toMatchObject({ model: "eight schools", method: "iaf", khat: 0.31 });
    expect(result.nuts).toMatchObject({ divergences: 3, reference: true });
    expect(result.nuts).not.toHaveProperty("discrepancies");
    expect(result.iaf).not.toHaveProperty("reference");
    expect(Object.keys(result.iaf.discrepancies)).toEqual(Object.keys(result.iaf.parameters));
    expect(result.iaf.discrepancies["theta[1]"]).toMatchObject({ meanError: expect.any(Number) });
  });

  it("names the numbers that JSON does not have", () =>
    expect(JSON.parse(showJson([Infinity, -Infinity, NaN, 1, null]))).toEqual([
      "Infinity",
      "-Infinity",
      "NaN",
      1,
      null,
    ]));
});

describe("--out", () => {
  const rowsOf = (path: string): string[][] =>
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));

  it("writes the result and the draws, and leaves nothing else", async () => {
    const out = join(folder, "deep", "er");
    const { stdout } = await runFake(["sample", "m.ts", "--json", "--out", out]);
    expect(readdirSync(out).sort()).toEqual(["draws.csv", "posterior.json", "result.json"]);
    expect(fromJson(readFileSync(join(out, "posterior.json"), "utf8"))).toMatchObject({
      kind: "chains",
      divergences: 3,
    });
    expect(readFileSync(join(out, "result.json"), "utf8")).toBe(stdout);
    const [head, ...rows] = rowsOf(join(out, "draws.csv"));
    expect(head.slice(0, 6)).toEqual(["chain", "draw", "mu", "tau", "theta[1]", "theta[2]"]);
    expect(rows).toHaveLength(40);
    expect(rows.map(([chain, draw]) => `${chain}.${draw}`).slice(8, 12)).toEqual(["1.9", "1.10", "2.1", "2.2"]);
    expect(rows.every((row) => row.length === 12 && row.every((cell) => Number.isFinite(Number(cell))))).toBe(true);
  });

  it("writes a report and the draws of every method of a comparison", async () => {
    const out = join(folder, "comparison");
    await runFake(["compare", "m.ts", "--out", out]);
    const draws = ["full-rank", "iaf", "mean-field", "nuts", "planar-layers-8"].map((name) => `draws-${name}.csv`);
    expect(readdirSync(out).sort()).toEqual([...draws, "report.html", "result.json"]);
    expect(readFileSync(join(out, "report.html"), "utf8")).toBe("<!doctype html>eight schools");
  });

  it("says where it cannot write, before the work", async () => {
    // A file in the way; file systems in which no folder can be made; no name.
    const [taken, below] = [fileWith("taken", ""), join(folder, "taken", "below")];
    for (const out of [taken, below, "/dev/null/x", ...(existsSync("/proc") ? ["/proc/nope/x"] : [])]) {
      const { status, stdout, stderr, calls } = await runFake(["sample", "m.ts", "--out", out]);
      expect({ status, stdout, calls }).toEqual({ status: 1, stdout: "", calls: [] });
      expect(stderr).toMatch(/^fluvial: --out .*: cannot be written: E.*\n$/);
    }
    const { stderr, calls } = await runFake(["compare", "m.ts", "--out", ""]);
    expect({ stderr, calls }).toEqual({ stderr: 'fluvial: --out: expected a folder, got ""\n', calls: [] });
  });

  it("prints the result where a file cannot be written after the work", async () => {
    for (const verb of ["fit", "compare"]) {
      const out = join(folder, `late-${verb}`);
      mkdirSync(join(out, "result.json"), { recursive: true });
      const { status, stdout, stderr } = await runFake([verb, "m.ts", "--json", "--out", out]);
      expect(status).toBe(1);
      expect(stdout).toContain('"model": "eight schools"');
      expect(stderr).toMatch(/fluvial: --out .*: cannot be written: .*\n$/);
    }
  });

  it("takes away the draws of an earlier comparison, and no other file", async () => {
    const out = join(folder, "twice");
    await runFake(["compare", "m.ts", "--out", out]);
    for (const [name, text] of [
      ["draws-old.csv", "chain,draw,mu\n"],
      ["draws-mine.csv", "not,ours\n"],
      ["draws-.txt", "chain,draw\n"],
    ])
      writeFileSync(join(out, name), text);
    await runFake(["fit", "m.ts", "--out", out]);
    expect(readdirSync(out).sort()).toEqual([
      "draws-.txt",
      "draws-mine.csv",
      "draws.csv",
      "posterior.json",
      "report.html",
      "result.json",
    ]);
  });
});

describe("posterior.json", () => {
  const chains = (): string => fileWith("chains.json", toJson(chainsOfForm(9, { draws: 10 })));
  const fitted = (): string => fileWith("fit.json", toJson(fitOf("iaf", 1, 1, 0.3, { draws: 20 })));

  it("is what chains go on with, under the sampler that they had", async () => {
    const [call] = (await runFake(["sample", "m.ts", "--continue", chains(), "--draws", "500"])).calls;
    expect(call.options).toMatchObject({ draws: 500, resume: { kind: "chains", model: "eight schools" } });
    for (const name of ["sampler", "chains", "warmup", "seed"]) expect(call.options).not.toHaveProperty(name);
    const [named] = (await runFake(["sample", "m.ts", "--continue", chains(), "--metric", "dense"])).calls;
    expect(named.options.sampler).toEqual({ metric: "dense" });
    const { status, stderr, calls } = await runFake(["sample", "m.ts", "--continue", fitted()]);
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(stderr).toMatch(/^fluvial: --continue: expected a file of chains, got one of fit: .*fit\.json\n$/);
  });

  it("is what chains start from", async () => {
    const [call] = (await runFake(["sample", "m.ts", "--from", fitted()])).calls;
    expect(call.options).toMatchObject({ from: { kind: "fit" }, sampler: {} });
    for (const name of ["take", "neutra"]) expect(call.options).not.toHaveProperty(name);
    const given = async (...flags: readonly string[]): Promise<object> =>
      (await runFake(["sample", "m.ts", "--from", fitted(), ...flags])).calls[0].options;
    expect(await given("--neutra")).toMatchObject({ from: { kind: "fit" }, neutra: true });
    expect(await given("--take", "metric")).toMatchObject({ from: { kind: "fit" }, take: ["metric"] });
  });

  it("is where training goes on, with the guide of the fit or the same one named", async () => {
    const [call] = (await runFake(["fit", "m.ts", "--from", fitted(), "--steps", "50"])).calls;
    expect(call.options).toMatchObject({ from: { kind: "fit", method: "iaf" }, steps: 50 });
    expect(call.options).not.toHaveProperty("guide");
    const [named] = (await runFake(["fit", "m.ts", "--from", fitted(), "--guide", "iaf"])).calls;
    expect(named.options).toMatchObject({ from: { kind: "fit" }, guide: { name: "iaf" } });
    const refused = async (...flags: readonly string[]): Promise<string> => {
      const { status, stderr, calls } = await runFake(["fit", "m.ts", ...flags]);
      expect({ status, calls }).toEqual({ status: 1, calls: [] });
      return stderr;
    };
    expect(await refused("--from", chains())).toMatch(
      /^fluvial: --from: expected a file of a fit, got one of chains: /,
    );
    expect(await refused("--from", "nowhere.json")).toBe("fluvial: nowhere.json: there is no such file\n");
    expect(await refused("--from", fitted(), "--guide", "auto")).toBe(
      "fluvial: --from goes on with one guide, got --guide auto\n",
    );
    expect(await refused("--from", fitted(), "--budget", "9")).toBe(
      "fluvial: --budget belongs to --guide auto, got --from\n",
    );
  });

  it("is summarised, as a file or in its folder", async () => {
    expect((await runFake(["summary", fitted()])).stdout).toMatch(/^eight schools, iaf: .*\n[\s\S]*theta\[Choate\]/);
    const out = join(folder, "summarised");
    const { stdout } = await runFake(["sample", "m.ts", "--json", "--out", out]);
    expect((await runFake(["summary", out, "--json"])).stdout).toBe(stdout);
    const { draws } = chainsOfForm(1, { draws: 10 });
    const alone = fileWith("draws.json", toJson({ kind: "draws", model: "schools", draws }));
    expect((await runFake(["summary", alone])).stdout).toMatch(/^schools\n +mean.*R-hat/);
  });

  it("is refused where it is damaged, with its name and the place", async () => {
    const told = async (text: string): Promise<string> =>
      (await runFake(["summary", fileWith("odd.json", text)])).stderr;
    expect(await told('{"format": "fluvial",}')).toMatch(/odd\.json: not valid JSON at line 1, column 22/);
    expect(await told("[]")).toMatch(/odd\.json: expected an object, got a list of 0/);
    expect(await told('{"format": "fluvial", "version": 1, "kind": "fit"}')).toMatch(
      /odd\.json\.model: expected text, got nothing/,
    );
    expect((await runFake(["summary", "nowhere.json"])).stderr).toBe("fluvial: nowhere.json: there is no such file\n");
  });
});

describe("checkpoints", () => {
  it("are written when it is time, and not before", async () => {
    const out = join(folder, "checkpoints");
    let [now, asked] = [0, 0];
    const checkpoints = checkpointsIn(out, { every: 100, now: () => now });
    const soFar = (): Chains => {
      asked++;
      return { ...chainsOfForm(1, { draws: 5 }), interrupted: true } as unknown as Chains;
    };
    checkpoints.offer(soFar);
    expect(asked).toBe(0);
    now = 100;
    checkpoints.offer(() => undefined);
    checkpoints.offer(soFar);
    checkpoints.offer(soFar);
    await checkpoints.settled();
    expect(asked).toBe(1);
    expect(fromJson(readFileSync(join(out, "posterior.json"), "utf8"))).toMatchObject({ interrupted: true });
    now = 150;
    checkpoints.offer(soFar);
    expect(asked).toBe(1);
  });
});

describe("bad command lines", () => {
  const data = (text: string): string => fileWith("bad.json", text);
  const withoutData = { ...schoolsModule, data: undefined };

  for (const [argv, message] of [
    [["fitt", "m.ts"], "unknown command 'fitt' (Did you mean fit?)"],
    [["fit"], "missing required argument 'MODEL'"],
    [["fit", "m.ts", "a.json", "b.json"], "too many arguments for 'fit'. Expected 2 arguments but got 3"],
    [["fit", "m.ts", "--chain", "2"], "unknown option '--chain'"],
    [["sample", "m.ts", "--chian", "2"], "unknown option '--chian' (Did you mean --chains?)"],
    [["sample", "m.ts", "--seed"], "option '--seed <number>' argument missing"],
    [["sample", "m.ts", "--seed", "1.5"], '--seed: expected a whole number from 0 to 2^53 - 1, got "1.5"'],
    [
      ["sample", "m.ts", "--seed", "99999999999999999999"],
      '--seed: expected a whole number from 0 to 2^53 - 1, got "99999999999999999999"',
    ],
    [["sample", "m.ts", "--draws", "0"], '--draws: expected a whole number from 1 to 10,000,000, got "0"'],
    [["fit", "m.ts", "--draws", "1000000000000"], "--draws: expected a whole number from 1 to 10,000,000, got"],
    [["compare", "m.ts", "--chains", "5000000000"], "--chains: expected a whole number from 1 to 10,000, got"],
    [
      ["compare", "m.ts", "--chains", "10000", "--draws", "2000"],
      "--draws: expected at most 10,000,000 draws in all, got 2,000 of each of 10,000 chains",
    ],
    [["sample", "m.ts", "--target-acceptance", "1"], '--target-acceptance: expected a number between 0 and 1, got "1"'],
    [["sample", "m.ts", "--max-tree-depth", "0"], '--max-tree-depth: expected a whole number from 1 to 20, got "0"'],
    [
      ["sample", "m.ts", "--metric", "dens"],
      '--metric: expected auto, diagonal, dense, unit, got "dens" (did you mean "dense"?)',
    ],
    [["fit", "m.ts", "--guide", "planer"], 'there is no guide "planer" (did you mean "planar"?)'],
    [["fit", "m.ts", "nowhere.json"], "nowhere.json: there is no such file"],
  ] as const)
    it(argv.join(" "), async () => {
      const { status, stdout, stderr } = await runFake(argv);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr.startsWith(`fluvial: ${message}`), stderr).toBe(true);
      expect(stderr.trimEnd()).not.toContain("\n");
    });

  it("data that are broken, or of another kind, or not there", async () => {
    expect((await runFake(["fit", "m.ts", data('{"y": [1,]}')])).stderr).toContain(
      "bad.json: not valid JSON at line 1, column 10",
    );
    expect((await runFake(["fit", "m.ts", data("[1]")])).stderr).toContain(
      "expected an object with a key for each variable, got a list",
    );
    const { stderr } = await runFake(["fit", "m.ts"], withoutData);
    expect(stderr).toBe("fluvial: m.ts: exports no data; name a DATA.json after it\n");
  });

  it("shows the stack when asked", async () => {
    const { stderr } = await runFake(["fit", "m.ts", "--debug"], withoutData);
    expect(stderr).toMatch(/^fluvial: m\.ts: exports no data.*\nFluvialError: .*\n\s+at /);
  });
});
