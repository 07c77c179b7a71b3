import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { inputFor } from "../../src/cli/data.ts";
import { loadModel } from "../../src/cli/model.ts";
import { runCommandLine } from "../../src/cli/program.ts";

const folder = mkdtempSync(join(tmpdir(), "fluvial-text-"));
afterAll(() => rmSync(folder, { recursive: true }));

const model = (name: string): string => fileURLToPath(new URL(`../../models/${name}`, import.meta.url));
const copied = (from: string, to: string): string => {
  const path = join(folder, to);
  copyFileSync(model(from), path);
  return path;
};
const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const run = async (...argv: string[]): Promise<{ status: number; out: string; err: string }> => {
  let [out, err] = ["", ""];
  const status = await runCommandLine(argv, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { status, out, err };
};

describe("a model as text on the command line", () => {
  it("is named after its file, with the data beside it unless others are given", async () => {
    const path = model("eight-schools.fluvial");
    const loaded = await loadModel(path);
    expect(loaded.model.name).toBe("eight-schools");
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    expect(inputFor(path, loaded, undefined, say)).toMatchObject({ data: { y: [28, 8, -3, 7, -1, 1, 18, 12] } });
    const other = written("other.json", '{"y": [1, 2], "sigma": [1, 1]}');
    expect(inputFor(path, loaded, other, say).data).toEqual({ y: [1, 2], sigma: [1, 1] });
    expect(said).toEqual([]);
  });

  it("leaves out what a file of data holds beyond the model, and says so; not where something is missing", async () => {
    const path = model("eight-schools.fluvial");
    const loaded = await loadModel(path);
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    const more = written("more.json", '{"J": 2, "y": [1, 2], "sigma": [1, 1], "year": [1, 2]}');
    expect(inputFor(path, loaded, more, say).data).toEqual({ J: 2, y: [1, 2], sigma: [1, 1] });
    expect(said).toEqual([`${more}: the model has no use for year`]);
    const slip = written("slip.json", '{"y": [1, 2], "sgima": [1, 1]}');
    expect(inputFor(path, loaded, slip, say).data).toEqual({ y: [1, 2], sgima: [1, 1] });
    expect(said.length).toBe(1);
  });

  it("is sampled", async () => {
    const { status, out } = await run(
      "sample",
      model("eight-schools-noncentred.fluvial"),
      "--draws",
      "200",
      "--chains",
      "2",
      "--seed",
      "1",
    );
    expect(status).toBe(0);
    expect(out).toContain("theta[8]");
  });

  it("needs data from somewhere", async () => {
    const path = copied("eight-schools.fluvial", "alone.fluvial");
    const { status, err } = await run("sample", path);
    expect({ status, err }).toEqual({
      status: 1,
      err: `fluvial: ${path}: there are no data: name a DATA.json after it, or put them into ${join(folder, "alone.json")}\n`,
    });
  });

  it("shows where it is wrong", async () => {
    const { status, err } = await run("fit", written("wrong.fluvial", "# a model\nmu ~ nromal(0, 1)\n"));
    expect(status).toBe(1);
    expect(err).toBe(
      'fluvial: wrong: line 2, column 6: there is no "nromal" (did you mean "normal"?)\n    mu ~ nromal(0, 1)\n         ^\n',
    );
  });

  it("says which data do not fit", async () => {
    const path = written("bounded.fluvial", "data sigma[J] > 0\nmu ~ normal(0, 1)\n");
    written("bounded.json", '{"sigma": [1, -1]}');
    expect((await run("sample", path)).err).toBe('fluvial: bounded: data "sigma": line 1 says > 0, got -1 at [2]\n');
  });
});
