import { describe, expect, it } from "vitest";
import { flowSpecs, stochasticFlowSpecs } from "../../src/flows/index.ts";

type Make = (options: Record<string, unknown>) => { readonly options: Readonly<Record<string, unknown>> };

const all = { ...flowSpecs, ...stochasticFlowSpecs } as unknown as Readonly<Record<string, Make>>;

/** What no flow takes for an option of this name, wherever it has one. */
const wrong: Readonly<Record<string, readonly unknown[]>> = {
  layers: [0, 1.5, "two", Number.NaN],
  hidden: [0, [8, 0.5], "wide"],
  activation: ["step", 1],
  order: ["sideways", [0, 0], 3],
  bins: [1, 257, 8.5],
  bound: [0, -1, Number.POSITIVE_INFINITY],
  units: [0],
  normalise: ["yes", 1],
  gate: ["no", 0],
  annealed: [0],
  levels: [0],
  mask: ["third"],
  kind: ["square"],
  cell: ["rnn"],
  map: ["cubic"],
  components: [0],
  degree: [0],
  nodes: [1],
  integrand: [0, []],
  stepSize: [0, 1],
  index: [0, 1.5],
  context: ["none"],
  base: ["spline", { name: "spline" }],
  lipschitz: [0, 1],
  method: ["rk5"],
};

/** Options as a file has them, the flow among them made anew. */
const revived = ({ base, ...rest }: Record<string, unknown>): Record<string, unknown> => {
  const { name, options } = (base ?? {}) as { name: string; options: Record<string, unknown> };
  return base ? { ...rest, base: all[name](options) } : rest;
};

describe.each(Object.entries(all))("options of %s", (_, make) => {
  const { options } = make({});

  it("come back with their defaults, as plain values that make the same again", () => {
    const copy = JSON.parse(JSON.stringify(options)) as Record<string, unknown>;
    expect(copy).toEqual(options);
    expect(make(revived(copy)).options).toEqual(options);
  });

  it("are refused where they are unknown or out of range, by name", () => {
    expect(() => make({ widht: 3 })).toThrow(/unknown option "widht"/);
    for (const name of Object.keys(options).filter((each) => wrong[each]))
      for (const value of wrong[name])
        expect(() => make({ [name]: value }), `${name}: ${String(value)}`).toThrow(new RegExp(`${name}`));
  });
});
