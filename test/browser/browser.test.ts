import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { install, type Project } from "../package/installed.ts";
import { bundle } from "./bundle.ts";
import { findChromium, launch, type Visit, visit } from "./chromium.ts";
import type { Outcome } from "./program.ts";
import { type Site, serve } from "./serve.ts";

const chromium = findChromium();
if (!chromium)
  console.log("no Chromium found, in no usual place nor by FLUVIAL_CHROMIUM: the test in a browser is skipped");

const program = fileURLToPath(new URL("program.ts", import.meta.url));
const entry = (last: string): string => `
  import * as fluvial from "fluvial";
  import { eightSchools } from ${JSON.stringify(program)};
  ${last}`;
const inPage = entry("globalThis.outcome = eightSchools(fluvial);");
const inNode = entry("console.log(JSON.stringify(await eightSchools(fluvial)));");

/** A page whose one script is a module. */
const page = (script: string, head = ""): string =>
  `<!doctype html><meta charset="utf-8"><title>Fluvial</title>${head}<script type="module" src="${script}"></script>`;

/** What lets a page import the package file by file, with no bundler at all. */
const importMap = `<script type="importmap">${JSON.stringify({
  imports: {
    fluvial: "/node_modules/fluvial/dist/index.js",
    "#tfjs": "/node_modules/@tensorflow/tfjs/dist/tf.fesm.min.js",
  },
})}</script>`;

describe.skipIf(!chromium)("the packed package in Chromium", () => {
  let project: Project;
  let site: Site;
  let browser: Browser;
  let node: Outcome;

  beforeAll(async () => {
    project = await install();
    const from = project.folder;
    const loose = { from, external: ["fluvial"] };
    site = await serve(
      {
        "/bundled.html": page("/bundled.js"),
        "/bundled.js": await bundle(inPage, { from }),
        "/modules.html": page("/modules.js", importMap),
        "/modules.js": await bundle(inPage, loose),
      },
      from,
    );
    const ran = await project.node(project.write("node.mjs", await bundle(inNode, loose)));
    expect(ran).toMatchObject({ status: 0, stderr: "" });
    node = JSON.parse(ran.stdout);
    browser = await launch(chromium as string);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    if (project) rmSync(project.folder, { recursive: true });
  });

  const compare = ({ outcome, complaints, crossOriginIsolated }: Visit<Outcome>): void => {
    console.log(JSON.stringify(outcome), JSON.stringify(node));
    expect(complaints).toEqual([]);
    expect(crossOriginIsolated).toBe(false);
  };

  it.each(["bundled", "modules"])("fits and samples eight schools as Node does: %s", async (name) => {
    compare(await visit<Outcome>(browser, `${site.address}/${name}.html`));
  });
});
