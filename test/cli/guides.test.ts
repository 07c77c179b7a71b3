import { describe, expect, it } from "vitest";
import { guideForms, parseGuide, parseGuides, parseOption } from "../../src/cli/guides.ts";
import { guideLabel, guideSpecs } from "../../src/guides/index.ts";

describe("guides on the command line", () => {
  it("reads numbers, truth values, lists and text", () => {
    expect(["8", "-0.5", "1e-3", "true", "32x16", "tanh", "0x"].map(parseOption)).toEqual([
      8,
      -0.5,
      0.001,
      true,
      [32, 16],
      "tanh",
      "0x",
    ]);
  });

  it("takes options behind colons", () => {
    const { name, options } = parseGuide("iaf:layers=3:hidden=16x8", guideSpecs);
    expect({ name, options }).toMatchObject({ name: "iaf", options: { layers: 3, hidden: [16, 8] } });
    expect(parseGuide(" mean-field ", guideSpecs).name).toBe("mean-field");
  });

  it("takes the options of a guide inside another behind its name", () => {
    for (const text of [
      "whitened:guide=iaf:layers=3:hidden=16x8:activation=tanh:order=natural:by=laplace:restarts=2:covariance=full",
      "mixture:components=3:of=full-rank:start=random:weights=equal",
      "mixture:components=2:of=low-rank:rank=3:start=modes:weights=learned",
      "whitened:guide=mixture:components=2:of=mean-field:start=modes:weights=learned:by=pathfinder:paths=1:elboDraws=5:memory=6:maxIterations=9",
    ])
      expect(guideLabel(parseGuide(text, guideSpecs))).toBe(text);
    expect(guideLabel(parseGuide("whitened:by=laplace", guideSpecs))).toBe(
      "whitened:guide=mean-field:by=laplace:restarts=4:covariance=full",
    );
  });

  it("keeps several under the names they were written with", () => {
    expect(Object.keys(parseGuides("mean-field, full-rank,planar:layers=8,planar:layers=2,iaf", guideSpecs))).toEqual([
      "mean-field",
      "full-rank",
      "planar:layers=8",
      "planar:layers=2",
      "iaf",
    ]);
  });

  it("takes auto among several for itself", () =>
    expect(parseGuides("auto,mean-field", guideSpecs)).toEqual({
      auto: "auto",
      "mean-field": expect.objectContaining({ name: "mean-field" }),
    }));

  it("shows every guide with its options at their defaults in the help", () =>
    expect(guideForms).toEqual(Object.values(guideSpecs).map((guide) => guideLabel(guide()))));

  for (const [text, message] of [
    ["planer", 'there is no guide "planer" (did you mean "planar"?); guides are mean-field'],
    ["planar(layers=2)", 'no guide "planar(layers=2)" (options go behind colons, as in planar:name=value)'],
    ["constructor", 'there is no guide "constructor"'],
    ["planar:layer=8", 'unknown option "layer" (did you mean "layers"?)'],
    ["planar:layers", 'guide "planar:layers": expected option=value, got "layers"'],
    ["planar:layers=", 'guide "planar:layers=": expected option=value, got "layers="'],
    ["planar:layers=2:layers=3", 'the option "layers" is given twice'],
    ["planar:layers=two", 'expected a whole number from 1, got "two"'],
    ["whitened:gide=iaf", 'whitened: unknown option "gide"'],
    ["whitened:by=mean-field", "whitened: by: expected laplaceGuide(), pathfinder() or a fit"],
    ["whitened:guide=iaff", 'there is no guide "iaff" (did you mean "iaf"?)'],
    ["whitened:by=laplace:restart=2", 'laplace: unknown option "restart" (did you mean "restarts"?)'],
    ["pathfinder:paths=0", "pathfinder: paths: expected a whole number from 1, got 0"],
    ["iaf,iaf", '--guides: "iaf" is given twice'],
    ["iaf,", '--guides: expected names separated by commas, got "iaf,"'],
  ])
    it(`refuses ${text}`, () => expect(() => parseGuides(text, guideSpecs)).toThrow(message));
});
