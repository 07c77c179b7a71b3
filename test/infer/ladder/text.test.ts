import { describe, expect, it } from "vitest";
import type { Ladder } from "../../../src/posterior/ladder.ts";
import { ladderText } from "../../../src/posterior/ladderText.ts";

const because = (why: string): Ladder => ({
  ...{ budget: 100, gradients: 10, seconds: 1, accepted: false },
  rungs: [{ method: "laplace", state: "failed", gradients: 10, seconds: 1, why }],
});

describe("the table of a ladder", () => {
  it("breaks long reasons between words and leaves nothing out", () => {
    const why = Array.from({ length: 60 }, (_, i) => `word${i}`).join(" ");
    const lines = ladderText(because(why)).split("\n").slice(2, -1);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.map((line) => line.trim()).join(" ")).toBe(`laplace: ${why}`);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(140);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}\S/);
  });

  it("leaves a word that is longer than a line whole", () => {
    const long = "x".repeat(200);
    expect(
      ladderText(because(`${long} end`))
        .split("\n")
        .slice(2, -1),
    ).toEqual(["laplace:", `  ${long}`, "  end"]);
  });
});
