import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "./bundle.ts";
import { findChromium, launch, visit } from "./chromium.ts";
import { type Site, serve } from "./serve.ts";
import type { Outcome } from "./threadsProgram.ts";

const chromium = findChromium();
const folder = fileURLToPath(new URL(".", import.meta.url));
const script = 'import { program } from "./threadsProgram.ts"; globalThis.outcome = program();';

const page = (policy = ""): string =>
  `<!doctype html><meta charset="utf-8"><title>Threads</title>${policy}<script type="module" src="/page.js"></script>`;
const noWorkers = `<meta http-equiv="Content-Security-Policy" content="worker-src 'none'">`;

describe.skipIf(!chromium)("chains on threads in Chromium", () => {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    const pages = { "/free.html": page(), "/strict.html": page(noWorkers) };
    site = await serve({ ...pages, "/page.js": await bundle(script, { from: folder }) }, folder);
    browser = await launch(chromium as string);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  it("give the same bits as on one, without cross-origin isolation", async () => {
    const { outcome, complaints, crossOriginIsolated } = await visit<Outcome>(browser, `${site.address}/free.html`);
    expect(complaints).toEqual([]);
    expect(crossOriginIsolated).toBe(false);
    expect(outcome.same).toBe(true);
    // Long enough for threads that start late on a busy machine.
    expect(outcome.outOfTurn).toBeGreaterThan(0);
  });
  it("run in turn where the page forbids workers, and say so", async () => {
    const { outcome, complaints } = await visit<Outcome>(browser, `${site.address}/strict.html`);
    expect(outcome).toEqual({ same: true, outOfTurn: 0 });
    const ours = complaints.filter((complaint) => complaint.startsWith("fluvial: "));
    expect(ours).toEqual([expect.stringMatching(/^fluvial: worker threads do not start here \(.+\): chains run/)]);
  });
});
