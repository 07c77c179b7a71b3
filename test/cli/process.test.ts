import { execFile, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const tsx = import.meta.resolve("tsx");
const main = here("../../src/cli/main.ts");
const node = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, ["--import", tsx, ...args]);

// Outside any project: no package.json, no node_modules.
const folder = mkdtempSync(join(tmpdir(), "fluvial-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const body = `model("mean").data("x", ["N"]).latent("mu", normal(0, 1)).observe("y", ({ mu, x }) => normal(mu.mul(x), 1), ["N"])`;
const small = ["--draws", "10", "--warmup", "10", "--chains", "2", "--seed", "1"];

describe("model files", () => {
  type Ran = { status: number; stdout: string; stderr: string };
  const ran = new Map<string, Ran>();
  const cases: Record<string, readonly string[]> = {};
  const add = (name: string, ...argv: string[]): void => {
    cases[name] = argv;
  };

  beforeAll(async () => {
    mkdirSync(join(folder, "commonjs"));
    file("commonjs/package.json", '{ "type": "commonjs" }');
    file("scale.ts", `export const scale: number = 1;`);
    file("library.ts", `import { fit } from "fluvial";\nexport const same = fit === (globalThis as any).ownFit;`);
    const typed = `import { model, normal } from "fluvial";\nimport { scale } from "./scale.ts";\nconst kept: number = scale;\nexport default ${body};\n`;
    add("ts", "sample", file("m.ts", `${typed}export const data = { x: [1, 2], y: [1, 2] };`), "--json", ...small);
    add(
      "ts in a CommonJS package",
      "sample",
      file("commonjs/m.ts", typed.replace("./scale", "../scale")),
      file("d.json", '{"x": [1, 2], "y": [1, 2]}'),
      "--json",
      ...small,
    );
    const plain = `import { model, normal } from "fluvial";\nexport default ${body};\nexport const data = { x: [1, 2], y: [1, 2] };`;
    add("js", "sample", file("m1.js", plain), "--json", ...small);
    add("mjs", "sample", file("m2.mjs", plain), "--json", ...small);
    add(
      "one library",
      "fit",
      file("same.ts", `import { same } from "./library.ts"; throw new Error("same: " + same);`),
    );
    add("missing", "fit", join(folder, "nowhere.ts"));
    add("ending", "fit", file("m.py", ""));
    add("no default", "fit", file("none.ts", `export const model = 1, data = {};`));
    add("not a model", "fit", file("not.ts", `export default { sites: 3 };`));
    add(
      "ts with TensorFlow.js",
      "sample",
      file(
        "tensors.ts",
        `import * as tf from "@tensorflow/tfjs";
import { logJoint, normal, real } from "fluvial";
export default logJoint({ data: { y: ["N"] }, latent: { mu: real() } }, ({ mu }, { y }) =>
  normal(0, 5).logProb(mu).add(tf.sum(normal(mu, 1).logProb(y))));
export const data = { y: [1, 2, 3] };`,
      ),
    );
    add(
      "throws",
      "fit",
      file("throws.ts", `const nothing: number[] | undefined = undefined;\nthrow new Error("no\\nluck");`),
    );
    add("broken ts", "fit", file("broken.ts", `export const a = 1;\nexport default = ;`));
    add("broken mjs", "fit", file("broken.mjs", `export const a = 1;\nexport default = ;`));
    add(
      "no such export",
      "fit",
      file("export.ts", `import { nope } from "fluvial"; export default nope(1); export const x: number = 1;`),
    );
    add("broken import", "fit", file("breaks.ts", `import "./broken.ts";\nexport default 1;`));
    add("require", "fit", file("require.js", `const { model } = require("fluvial");\nmodule.exports = {};`));
    add("require in ts", "fit", file("require.ts", `const { model } = require("fluvial");`));
    add("bad import", "fit", file("import.ts", `import "./not-there.ts"; export default 1;`));
    add("bad coords", "fit", file("coords.ts", `${plain}; export const coords = { N: "ab" };`));
    add("bad data", "sample", join(folder, "m.ts"), file("bad.json", '{"x": [1, 2]}'));
    const { stdout } = await node(here("runMany.ts"), JSON.stringify(Object.values(cases)));
    for (const [i, result] of (JSON.parse(stdout) as Ran[]).entries()) ran.set(Object.keys(cases)[i], result);
  });

  for (const name of ["ts", "ts in a CommonJS package", "js", "mjs"])
    it(`may be ${name}, anywhere`, () => {
      const { status, stdout, stderr } = ran.get(name) as Ran;
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ model: "mean", parameters: { mu: { rhat: expect.any(Number) } } });
    });

  it("may use TensorFlow.js, anywhere", () => {
    const { status, stdout, stderr } = ran.get("ts with TensorFlow.js") as Ran;
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^mu +\d/m);
  });

  for (const [name, message] of [
    ["one library", "failed while loading: same: true"],
    ["missing", "nowhere.ts: there is no such file"],
    ["ending", "m.py: a model is a .ts, .mts, .js, .mjs, .fluvial file"],
    ["no default", 'none.ts: has no default export, only data, model; write "export default model(…)…"'],
    ["not a model", "not.ts: the default export is not a model but an object"],
    ["throws", "throws.ts: failed while loading: no luck"],
    ["broken ts", "broken.ts: failed while loading: line 2:16: "],
    ["broken mjs", "broken.mjs: failed while loading: line 2:16: "],
    ["broken import", "breaks.ts: failed while loading: broken.ts, line 2:16: "],
    ["no such export", "export.ts: failed while loading: The requested module 'fluvial' does not provide an export"],
    // From sources tsx finds the package for require, from a build Node does not: either way it is no model.
    ["require", "require.js: "],
    ["require in ts", "require.ts: "],
    ["bad import", "import.ts: failed while loading: Cannot find module"],
    ["bad coords", "coords.ts: coords.N must be a list of labels"],
    ["bad data", 'data "y"'],
  ])
    it(`says what is wrong: ${name}`, () => {
      const { status, stdout, stderr } = ran.get(name) as Ran;
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain(message);
      expect(stderr).toMatch(/^fluvial: [^\n]*\n$/);
    });
});

describe("the process", () => {
  it("fits, samples, compares and writes a report", async () => {
    const out = join(folder, "out");
    const { stdout } = await node(
      main,
      "compare",
      file("logs.js", `${readFileSync(join(folder, "m1.js"), "utf8")}\nconsole.log("a word"); console.table([1]);`),
      ...small,
      "--steps",
      "50",
      "--guides",
      "full-rank",
      "--out",
      out,
      "--json",
    );
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual(["full-rank", "nuts"]);
    expect(result["full-rank"]).toMatchObject({
      elboSe: expect.any(Number),
      parameters: { mu: { sd: expect.any(Number) } },
    });
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("<h1>mean</h1>");
  });

  it("exits with 1 and one line on stderr", async () => {
    await expect(node(main, "fit", "nowhere.ts")).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: "fluvial: nowhere.ts: there is no such file\n",
    });
  });

  it.runIf(existsSync("/dev/full"))("says that stdout cannot be written", async () => {
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, ["--import", tsx, main, "--help"], { stdio: ["ignore", full, "pipe"] });
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr += chunk;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    closeSync(full);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "fluvial: stdout: cannot be written: ENOSPC\n" });
  });

  /** A long run of chains, told to stop once it draws: its exit status, what it printed, and where it wrote. */
  const interrupted = async (name: string, signals: readonly NodeJS.Signals[], after: RegExp) => {
    const path = file(
      `${name}.ts`,
      readFileSync(join(folder, "m1.js"), "utf8").replace(
        "export default",
        `process.stderr.write("loaded\\n");\nexport default`,
      ),
    );
    const out = join(folder, name);
    const argv = ["sample", path, "--draws", "1000000", "--chains", "2", "--warmup", "20", "--out", out];
    // Op by op, so that there are few draws to sum up.
    const env = { ...process.env, FLUVIAL_ENGINE: "eager" };
    const child = spawn(process.execPath, ["--import", tsx, main, ...argv], { env });
    const said = { stdout: "", stderr: "" };
    const pending = [...signals];
    const signal = (): void => {
      const next = pending.shift();
      if (next) child.kill(next);
    };
    child.stdout.on("data", (chunk: Buffer) => {
      said.stdout += chunk;
    });
    child.stderr.on("data", (chunk: Buffer) => {
      said.stderr += chunk;
      if (after.test(String(chunk))) setTimeout(signal, 1500);
      else if (String(chunk).includes("so far")) signal();
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    return { status, out, ...said };
  };

  it("keeps its draws when interrupted, says so, and ends with 130", async () => {
    const { status, out, stdout, stderr } = await interrupted("long", ["SIGINT"], /: \d+ of \d+/);
    expect(stderr).toContain("\nfluvial: interrupted, keeping the draws so far; once more to stop at once\n");
    expect(status).toBe(130);
    expect(stdout).toMatch(/Interrupted: \d+ of 1000000 draws a chain/);
    const kept = JSON.parse(readFileSync(join(out, "posterior.json"), "utf8"));
    expect(kept).toMatchObject({ kind: "chains", interrupted: true });
    const { stdout: more } = await node(
      main,
      "sample",
      join(folder, "m1.js"),
      "--continue",
      out,
      "--draws",
      "10",
      "--json",
    );
    expect(JSON.parse(more).draws).toBe(kept.unconstrained.shape[1] + 10);
  });

  it("ends at once when told twice, or before it draws", async () => {
    const { status, stdout, out } = await interrupted("twice", ["SIGINT", "SIGINT"], /loaded/);
    expect(status).toBe(130);
    if (stdout === "") expect(existsSync(join(out, "result.json"))).toBe(false);
  });
});
