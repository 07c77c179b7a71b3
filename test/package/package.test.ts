import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilers, install, type Project, type Ran } from "./installed.ts";

let project: Project;
beforeAll(async () => {
  project = await install();
});
afterAll(() => rmSync(project.folder, { recursive: true }));

const silent = (ran: Ran): void => expect(ran).toEqual({ status: 0, stdout: "", stderr: "" });
const runs = async (name: string, text: string): Promise<Ran> => project.node(project.write(name, text));
const assert = `const assert = (holds, what) => { if (!holds) throw new Error(what); };\n`;

describe("the packed package", () => {
  it("holds what a user needs and nothing else", () => {
    const { packed } = project;
    const dist = packed.filter((path) => /^dist\/[\w-]+\.(js|d\.ts)$/.test(path));
    const models = packed.filter((path) =>
      /^models\/((posteriordb|densities)\/)?[\w-]+\.(ts|fluvial|json)$/.test(path),
    );
    const rest = packed.filter((path) => !dist.includes(path) && !models.includes(path));
    expect(rest).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
    expect(dist).toEqual(expect.arrayContaining(["index", "plot", "cli", "tfjs"].map((name) => `dist/${name}.js`)));
    expect(dist).toEqual(expect.arrayContaining(["dist/index.d.ts", "dist/plot.d.ts"]));
    for (const name of ["eight-schools.ts", "eight-schools.fluvial", "posteriordb/nes.fluvial"])
      expect(models).toContain(`models/${name}`);
  });

  it("declares types that any compiler reads: no import map, no typed arrays with a buffer", () => {
    const dist = join(project.folder, "node_modules/fluvial/dist");
    for (const name of readdirSync(dist).filter((path) => path.endsWith(".d.ts"))) {
      const text = readFileSync(join(dist, name), "utf8");
      expect(text, name).not.toMatch(/#tfjs|Array<ArrayBuffer|NoInfer<|\.ts"/);
    }
  });
});

describe("importing it", () => {
  it("works as a module, in silence, and takes no tensors; prints how long it takes", async () => {
    const text = `${assert}
      const began = performance.now();
      const fluvial = await import("fluvial");
      const milliseconds = performance.now() - began;
      assert(typeof fluvial.fit === "function", "fit");
      assert(globalThis._tfengine.memory().numTensors === 0, "import made tensors");
      assert(globalThis._tfengine.memory().numBytes === 0, "import took memory");
      await import("node:fs").then(({ writeFileSync }) => writeFileSync("took.txt", String(milliseconds)));`;
    silent(await runs("module.mjs", text));
    console.log(`import "fluvial": ${Number(readFileSync(join(project.folder, "took.txt"), "utf8")).toFixed(0)} ms`);
  });

  it("works from CommonJS, in silence", async () => {
    silent(await runs("common.cjs", `${assert} assert(typeof require("fluvial").fit === "function", "fit");`));
    silent(
      await runs("plot.cjs", `${assert} assert(typeof require("fluvial/plot").tracePlot === "function", "plots");`),
    );
  });

  it("gives one copy, whichever way it is loaded", async () => {
    const text = `${assert}
      import { createRequire } from "node:module";
      import * as fluvial from "fluvial";
      assert(createRequire(import.meta.url)("fluvial").fit === fluvial.fit, "two copies");`;
    silent(await runs("both.mjs", text));
  });

  it("loads TensorFlow.js and nothing else: no plots, none of the command line's packages", () => {
    const dist = join(project.folder, "node_modules/fluvial/dist");
    const seen = new Set<string>();
    const outside = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = readFileSync(join(dist, file), "utf8");
      for (const [, specifier] of text.matchAll(/^(?:import|export)\b[^;]*?"([^"]+)";$/gm))
        if (specifier.startsWith("./")) visit(specifier.slice(2));
        else outside.add(specifier);
    };
    visit("index.js");
    expect(seen.size).toBeGreaterThan(2);
    expect([...outside]).toEqual(["#tfjs"]);
  });

  it.each([
    ["before", `const tf = require("@tensorflow/tfjs"); const f = require("fluvial");`],
    ["after", `const f = require("fluvial"); const tf = require("@tensorflow/tfjs");`],
  ])("shares the engine with the user's own TensorFlow.js loaded %s", async (_, loading) => {
    const text = `${assert} ${loading}
      const made = f.normal(0, 1).logProb(tf.tensor1d([0, 1]));
      assert(made instanceof tf.Tensor, "instanceof");
      assert(tf.engine() === globalThis._tfengine, "engine");
      assert(Math.abs(made.dataSync()[0] + 0.9189385) < 1e-6, "value");
      assert(Math.abs(made.sum().dataSync()[0] + 2.337877) < 1e-5, "chained op");
      assert(Math.abs(tf.grad((x) => f.softplus(x).sum())(tf.tensor1d([0])).dataSync()[0] - 0.5) < 1e-6, "gradient");`;
    const { status, stderr } = await runs("shared.cjs", text);
    expect(stderr).not.toContain("fluvial");
    expect(status).toBe(0);
  });
});

const program = `import { compare, fit, type Fit, halfCauchy, iaf, model, normal, nuts, sample } from "fluvial";
import { comparisonReport } from "fluvial/plot";
import * as tf from "@tensorflow/tfjs";

const schools = model("schools")
  .data("sigma", ["J"])
  .latent("mu", normal(0, 5))
  .latent("tau", halfCauchy(0, 5))
  .latent("theta", ({ mu, tau }) => normal(mu, tau), ["J"])
  .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);
const data = { y: [28, 8], sigma: [15, 10] };

export const all = async (): Promise<string> => {
  const fitted = await fit(schools, data, { guide: iaf({ layers: 2 }) });
  const values: Float64Array = fitted.draws.theta.values;
  const bound: number = fitted.elbo + values.length;
  // @ts-expect-error no such quantity
  fitted.draws.nope;
  // @ts-expect-error not a string: neither is it any
  const text: string = fitted.draws.mu.values;
  // @ts-expect-error nor is a tensor
  const tensor: string = normal(0, 1).logProb(tf.scalar(bound));
  const chains = await sample(schools, data, { chains: 2 });
  const divergences: number = chains.divergences;
  const comparison = await compare(schools, data, { guides: { iaf: iaf() }, reference: nuts() });
  const kept: Fit["kind"] = fitted.kind;
  return [text, tensor, divergences, kept, await comparisonReport(comparison)].join();
};
`;

describe("compiling against it", () => {
  const strict = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom"];
  const ways: Readonly<Record<string, readonly string[]>> = {
    bundler: ["--module", "esnext", "--moduleResolution", "bundler"],
    nodenext: ["--module", "nodenext", "--moduleResolution", "nodenext"],
    node10: ["--module", "commonjs", "--moduleResolution", "node10"],
  };
  for (const [compiler, path] of Object.entries(compilers))
    for (const [way, flags] of Object.entries(ways))
      it(`works with ${compiler}, ${way}`, async () => {
        const file = project.write("program.mts", program);
        const quiet = compiler === "TypeScript 6" && way === "node10" ? ["--ignoreDeprecations", "6.0"] : [];
        silent(await project.node(path, ...strict, ...flags, ...quiet, file));
      });
});

describe("its command line", () => {
  const cli = "node_modules/fluvial/dist/cli.js";

  it("says its version and its help", async () => {
    expect((await project.node(cli, "--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await project.node(cli, "--help")).stdout).toContain("compare");
  });

  it("runs a model of the package", async () => {
    const model = "node_modules/fluvial/models/eight-schools.ts";
    const { status, stdout, stderr } = await project.node(cli, "fit", model, "--steps", "2", "--draws", "20", "--json");
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(Object.keys(JSON.parse(stdout).parameters)).toContain("theta[8]");
  });

  it("runs a model of the user's, wherever it lies", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "fluvial-model-"));
    const mine = join(elsewhere, "mine.ts");
    writeFileSync(
      mine,
      `import { model, normal } from "fluvial";\nexport default model("mine").latent("x", normal(0, 1));`,
    );
    const { status, stdout } = await project.node(cli, "fit", mine, "--steps", "2", "--draws", "20", "--json");
    rmSync(elsewhere, { recursive: true });
    expect(status).toBe(0);
    expect(Object.keys(JSON.parse(stdout).parameters)).toEqual(["x"]);
  });
});
