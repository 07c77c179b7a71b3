import { describe, expect, it } from "vitest";
import { objectiveForms, parseObjective } from "../../src/cli/objectives.ts";
import { specLabel } from "../../src/core/label.ts";
import { objectiveSpecs } from "../../src/objectives/index.ts";
import { runFake } from "./fakes.ts";

/** Name and options: an objective is a function, of which labels know nothing. */
const labelOf = ({ name, options }: { name: string; options: Readonly<Record<string, unknown>> }): string =>
  specLabel({ name, options });

describe("objectives on the command line", () => {
  it("shows every objective with its options at their defaults in the help", async () => {
    expect(objectiveForms).toEqual(Object.values(objectiveSpecs).map((make) => labelOf(make())));
    const { stdout } = await runFake(["fit", "--help"]);
    const words = stdout.replace(/\s+/g, " ");
    expect(words).toContain("--objective <SPEC>");
    for (const form of objectiveForms) expect(words).toContain(form);
  });

  it("reads them all back, options and all", () => {
    for (const form of objectiveForms) expect(labelOf(parseObjective(form, objectiveSpecs))).toBe(form);
  });

  it("hands the objective to the fit, and none where none is given", async () => {
    const objective = (await runFake(["fit", "m.ts", "--objective", "iwae:samples=4"])).calls[0].options.objective;
    const { name, options } = objective as { name: string; options: Readonly<Record<string, unknown>> };
    expect({ name, options }).toEqual({ name: "iwae", options: { samples: 4, draws: 1 } });
    expect("objective" in (await runFake(["fit", "m.ts"])).calls[0].options).toBe(false);
  });

  for (const [text, message] of [
    ["iwea", 'there is no objective "iwea" (did you mean "iwae"?); objectives are elbo, stick-the-landing'],
    ["iwae(samples=2)", "(options go behind colons, as in iwae:name=value)"],
    ["iwae:sample=2", 'iwae: unknown option "sample" (did you mean "samples"?)'],
    ["iwae:samples", 'objective "iwae:samples": expected option=value, got "samples"'],
    ["iwae:samples=2:samples=3", 'objective "iwae:samples=2:samples=3": the option "samples" is given twice'],
    ["score-function:baseline=mean", 'expected "leave-one-out" or "none", got "mean"'],
    ["renyi:alpha=-2", "renyi: alpha: expected a number from 0, got -2"],
  ])
    it(`refuses ${text}`, async () => {
      expect(() => parseObjective(text, objectiveSpecs)).toThrow(message);
      const { status, stderr } = await runFake(["fit", "m.ts", "--objective", text]);
      expect(status).toBe(1);
      expect(stderr).toContain(message);
    });
});
