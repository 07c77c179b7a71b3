import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { drawsCsv } from "../../src/cli/csv.ts";
import { fileName } from "../../src/cli/files.ts";
import { lineProgress, progressOn } from "../../src/cli/progress.ts";

describe("draws as CSV", () => {
  it("has a column per scalar, row-major from 1, and quotes commas", () => {
    const draws = {
      mu: { shape: [2, 1], values: Float64Array.of(0.1, 1e-300), coords: [] },
      L: { shape: [2, 1, 2, 2], values: Float64Array.of(1, 2, 3, 4, 5, 6, 7, -8), coords: [["a", "b"], undefined] },
    };
    expect(drawsCsv(draws)).toBe(
      'chain,draw,mu,"L[1,1]","L[1,2]","L[2,1]","L[2,2]"\n1,1,0.1,1,2,3,4\n2,1,1e-300,5,6,7,-8\n',
    );
  });

  it("is only a head without draws", () => expect(drawsCsv({})).toBe("chain,draw\n"));
});

describe("file names", () => {
  it("hold no character that a shell or a file system minds", () =>
    expect(["planar:layers=8", "../../etc/passwd", "a b"].map(fileName)).toEqual([
      "planar-layers-8",
      "..-..-etc-passwd",
      "a-b",
    ]));
});

describe("progress in lines", () => {
  it("is quiet: a line after ten seconds, and one at the end of a stage", () => {
    let text = "";
    let now = 0;
    const progress = lineProgress({ write: (line) => (text += line) }, () => now);
    for (; now < 25_000; now += 1000) progress.show({ label: "iaf", done: now / 1000, total: 100, note: "" });
    progress.show({ label: "nuts", done: 1, total: 2, note: "3 divergences" });
    progress.stop();
    progress.stop();
    expect(text).toBe("iaf: 10 of 100\niaf: 20 of 100\niaf: done at 24 of 100\nnuts: done at 1 of 2, 3 divergences\n");
  });
});

describe("progress on a terminal", () => {
  it("turns line wrap on again where it is interrupted", async () => {
    let text = "";
    const sink = new Writable({
      write: (chunk, _, done) => {
        text += chunk;
        done();
      },
    });
    const terminal = Object.assign(sink, { isTTY: true, columns: 80 });
    const interruption = new AbortController();
    const progress = await progressOn({ stderr: terminal, interrupted: interruption.signal });
    progress.show({ label: "iaf", done: 1, total: 2, note: "" });
    expect([text.includes("\x1b[?7l"), text.includes("\x1b[?7h")]).toEqual([true, false]);
    interruption.abort();
    expect(text).toContain("\x1b[?7h");
  });
});

it("leave nothing behind when the program is told to stop at once", () => {
  const folder = mkdtempSync(join(tmpdir(), "fluvial-stopped-"));
  const files = new URL("../../src/cli/files.ts", import.meta.url).href;
  const program = `
    import { readdirSync } from "node:fs";
    import { writeFiles } from ${JSON.stringify(files)};
    const folder = ${JSON.stringify(folder)};
    void writeFiles(folder, { "a.txt": "x".repeat(200_000_000) });
    setInterval(() => { if (readdirSync(folder).some((name) => name.endsWith(".part"))) process.exit(7); }, 0);`;
  try {
    expect(() =>
      execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], { stdio: "ignore" }),
    ).toThrow(expect.objectContaining({ status: 7 }));
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 30_000);
