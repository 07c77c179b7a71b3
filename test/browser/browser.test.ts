import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { install, type Project } from "../package/installed.ts";
import { bundle } from "./bundle.ts";
import { findChromium, launch, visit } from "./chromium.ts";

import type { Outcome } from "./program.ts";
import { sameHost } from "./sameHost.ts";
import { type Site, serve } from "./serve.ts";

const chromium = findChromium();
if (!chromium) console.log("Skipped, the test in a browser: no Chromium in the usual places nor in FLUVIAL_CHROMIUM.");

const program = fileURLToPath(new URL("program.ts", import.meta.url));
const withProgram = (last: string): string => `
  import * as fluvial from "fluvial";
  import { eightSchools } from ${JSON.stringify(program)};
  ${last}`;
const forPage = withProgram("globalThis.outcome = eightSchools(fluvial, location.search !== '?plain');");
const forNode = withProgram("console.log(JSON.stringify(await eightSchools(fluvial, process.argv[2] !== 'plain')));");

/** A page with one script, a module. */
const page = (script: string, head = ""): string =>
  `<!doctype html><meta charset="utf-8"><title>Fluvial</title>${head}<script type="module" src="${script}"></script>`;

/** By this a page finds the files of the package as they are, with no bundler. */
const importMap = `<script type="importmap">${JSON.stringify({
  imports: {
    fluvial: "/node_modules/fluvial/dist/index.js",
    "#tfjs": "/node_modules/@tensorflow/tfjs/dist/tf.fesm.min.js",
    "#worker": "/node_modules/fluvial/dist/worker.js",
  },
})}</script>`;

const expectMeans = (
  means: Outcome["fitted"],
  expected: Outcome["fitted"],
  tolerance: (name: string) => number,
): void => {
  expect(Object.keys(means)).toEqual(Object.keys(expected));
  for (const [name, mean] of Object.entries(means))
    expect(Math.abs(mean - expected[name]), name).toBeLessThan(tolerance(name));
};

describe.skipIf(!chromium)("the packed package in Chromium", () => {
  let project: Project;
  let site: Site;
  let browser: Browser;

  const inNode = async (...args: readonly string[]): Promise<Outcome> => {
    const ran = await project.node(...args);
    expect(ran).toMatchObject({ status: 0, stderr: "" });
    return JSON.parse(ran.stdout);
  };
  const inBrowser = async (name: string, first?: string): Promise<Outcome> => {
    const { outcome, complaints, crossOriginIsolated } = await visit<Outcome>(
      browser,
      `${site.address}/${name}`,
      first,
    );
    expect(complaints).toEqual([]);
    expect(crossOriginIsolated).toBe(false);
    expect(outcome).toMatchObject({ engine: expect.stringMatching(/^compiled-f64/), warnings: [] });
    return outcome;
  };

  beforeAll(async () => {
    project = await install();
    const from = project.folder;
    const external = ["fluvial"];
    project.write("program.mjs", await bundle(forNode, { from, external }));
    project.write("sameHost.mjs", sameHost);
    const made = {
      "/bundled.html": page("/bundled.js"),
      "/bundled.js": await bundle(forPage, { from }),
      "/modules.html": page("/modules.js", importMap),
      "/modules.js": await bundle(forPage, { from, external }),
    };
    site = await serve(made, from);
    browser = await launch(chromium as string);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    if (project) rmSync(project.folder, { recursive: true });
  });

  // Node and Chromium differ in the last digit of Math.exp and its kin. A fit, which descends, does not amplify that: its bound and
  // means were seen to agree to 1e-14. Chains do: theirs agree within their Monte Carlo errors.
  it.each(["bundled.html", "modules.html"])("finds in %s what Node finds", async (name) => {
    const [node, here] = [await inNode("program.mjs"), await inBrowser(name)];
    expect(here.steps).toBe(node.steps);
    expect(Math.abs(here.elbo - node.elbo)).toBeLessThan(1e-9);
    expect(Math.abs(here.khat - node.khat)).toBeLessThan(1e-6);
    expectMeans(here.fitted, node.fitted, () => 1e-9);
    expectMeans(here.sampled, node.sampled, (row) => 5 * Math.hypot(here.errors[row], node.errors[row]));
  });

  describe("computes the same bits as Node, chains included, where the elementary functions of both are the same", () => {
    const both = async (mode: string): Promise<readonly Outcome[]> => [
      await inBrowser(`bundled.html?${mode}`, sameHost),
      await inNode("--import", "./sameHost.mjs", "program.mjs", mode),
    ];
    it("on the same engine", async () => {
      const [here, node] = await both("relaxed");
      if (here.engine === node.engine) expect(here).toEqual(node);
      else console.log(`Not compared: Node runs ${node.engine}, this Chromium ${here.engine}.`);
    });
    it("without relaxed SIMD", async () => {
      const [here, node] = await both("plain");
      expect(here.engine).toBe("compiled-f64");
      expect(here).toEqual(node);
    });
  });
});
