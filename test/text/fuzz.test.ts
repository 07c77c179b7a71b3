import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { FluvialError } from "../../src/core/check.ts";
import { condition } from "../../src/model/condition.ts";
import { isModel } from "../../src/model/model.ts";
import { parseModel } from "../../src/text/parseModel.ts";

const filesIn = (path: string): string[] =>
  readdirSync(new URL(path, import.meta.url))
    .filter((file) => file.endsWith(".fluvial"))
    .map((file) => readFileSync(new URL(`${path}/${file}`, import.meta.url), "utf8"));

const valid = filesIn("../../models");
const corpus = [...valid, ...filesIn("broken")];

/** A model or a FluvialError, within a second; nothing else. */
const survives = async (text: string): Promise<void> => {
  const began = performance.now();
  try {
    const made = await parseModel(text, "fuzz");
    expect(isModel(made)).toBe(true);
  } catch (error) {
    expect(error, `${JSON.stringify(text)}: ${(error as Error).stack}`).toBeInstanceOf(FluvialError);
    expect((error as Error).message).toMatch(/^fuzz: /);
  }
  expect(performance.now() - began, JSON.stringify(text)).toBeLessThan(1000);
};

const pieces = [
  ..."data int real local factor in and or not xor mod to end true null NaN Infinity pi e i constructor __proto__ prototype toString".split(
    " ",
  ),
  ..."import evaluate parse compile simplify derivative help createUnit config function typed eval Function process require".split(
    " ",
  ),
  ..."normal mixture flatOn simplex noncentred logProb zeros rep sum x y N J K theta 0 1 2.5 1e9 1e999 .5 3i 0x1F".split(
    " ",
  ),
  ..."~ = == != < <= > >= + - * / ^ .* ./ .^ .. ( ) [ ] { } , ; : ? ?? ?. ! % ' \" @ # // & | ^| << >> >>> \\ $ ` \n \r\n \t"
    .split(" ")
    .filter((each) => each !== ""),
  " ",
  "\n",
  "\0",
  "\u2028",
  "μ",
  "𝑥",
  "\ud800",
  "\ufeff",
];

const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((each) => each.join(" "));
const glued = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((each) => each.join(""));

/** A text with some of its characters taken out, put twice, exchanged or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(20),
        fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 }), fc.constantFrom(...corpus)),
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((now, [at, length, put]) => {
      const from = at % (now.length + 1);
      return (now.slice(0, from) + put + now.slice(from + length)).slice(0, 5_000);
    }, text),
  );

const names = ["a", "b", "x", "y", "N"];
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(
      fc.constantFrom(...names),
      fc.integer({ min: -3, max: 9 }).map(String),
      fc.constantFrom("0.5", "[1, 2]", "1:3", "pi"),
    ),
    fc
      .tuple(tie("expression"), fc.constantFrom(..."+ - * / ^ .* ./ .^ == < > and or".split(" ")), tie("expression"))
      .map((each) => each.join(" ")),
    fc.tuple(fc.constantFrom("-", "+", "not "), tie("expression")).map((each) => each.join("")),
    tie("expression").map((inner) => `(${inner})`),
    fc
      .tuple(
        fc.constantFrom("exp", "log", "sum", "rep", "concat", "max", "zeros", "diag", "cumsum", "outer"),
        fc.array(tie("expression"), { maxLength: 2 }),
      )
      .map(([f, args]) => `${f}(${args.join(", ")})`),
    fc
      .tuple(fc.constantFrom(...names), fc.array(tie("expression"), { minLength: 1, maxLength: 2 }))
      .map(([name, args]) => `${name}[${args.join(", ")}]`),
    fc.tuple(tie("expression"), tie("expression"), tie("expression")).map(([a, b, c]) => `${a} ? ${b} : ${c}`),
  ),
}));

const statement = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...names),
      fc.constantFrom("", "[N]", "[2]", "[n]", "[N - 1]", "[2:3]"),
      expression,
      expression,
    )
    .map(([name, axes, a, b]) => `${name}${axes} ~ normal(${a}, ${b})`),
  fc
    .tuple(fc.constantFrom("", "local "), fc.constantFrom(...names), fc.constantFrom("", "[N]", "[n]"), expression)
    .map(([local, name, axes, a]) => `${local}${name}${axes} = ${a}`),
  fc
    .tuple(
      fc.constantFrom("", "int "),
      fc.constantFrom(...names),
      fc.constantFrom("", "[N]", "[N, N]"),
      fc.constantFrom("", " > 0", " in 1..N"),
    )
    .map(([type, name, axes, bounds]) => `data ${type}${name}${axes}${bounds}`),
  expression.map((inner) => `factor(${inner})`),
);
const program = fc.array(statement, { minLength: 1, maxLength: 8 }).map((lines) => lines.join("\n"));

/** Programs whose names are all there, so that many can be bound to data. */
const header = "data a[N], b, int x[N], real y[N]\n";
const sound = fc
  .array(fc.tuple(fc.constantFrom("draw", "draw all", "define", "add"), expression), { minLength: 1, maxLength: 4 })
  .map(
    (lines) =>
      header +
      lines
        .map(([kind, inner], i) => {
          if (kind === "draw") return `z${i} ~ normal(${inner}, 1)`;
          if (kind === "draw all") return `z${i}[n] ~ normal(${inner}, 1)`;
          return kind === "define" ? `z${i} = ${inner}` : `factor(${inner})`;
        })
        .join("\n") +
      "\nm ~ normal(0, 1)\ny ~ normal(m, 1)",
  );

const kinds = { soup, glued, mutated, program } as const;

describe("the reader of models", () => {
  const evaluations = vi.fn();
  /** Loads mathjs, which takes a second where it is not bundled. */
  beforeAll(async () => void (await parseModel("x ~ normal(0, 1)")));
  beforeEach(() => {
    evaluations.mockClear();
    const forbidden = (...args: unknown[]): never => {
      evaluations(...args);
      throw new Error("code was evaluated");
    };
    vi.stubGlobal("eval", forbidden);
    vi.stubGlobal("Function", Object.assign(forbidden, { prototype: Function.prototype }));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    expect(evaluations).not.toHaveBeenCalled();
  });

  it.each(Object.keys(kinds) as (keyof typeof kinds)[])("survives %s", { timeout: 60_000 }, async (kind) => {
    await fc.assert(fc.asyncProperty(kinds[kind], survives), { numRuns: 800, seed: 4 });
  });

  it("survives what it reads being bound to data", async () => {
    let bound = 0;
    const data = { a: [1, 2, 3], b: 2, x: [1, 2, 3], y: [0.5, 1, 2] };
    const binds = async (text: string): Promise<void> => {
      try {
        const made = await parseModel(text, "fuzz");
        const wanted = made.sites.filter(({ role }) => role === "data" || role === "observed").map(({ name }) => name);
        const given = Object.fromEntries(Object.entries(data).filter(([name]) => wanted.includes(name)));
        condition(made, given as never);
        bound++;
      } catch (error) {
        expect(error, `${text}\n${(error as Error).stack}`).toBeInstanceOf(FluvialError);
      }
    };
    await fc.assert(fc.asyncProperty(sound, binds), { numRuns: 400, seed: 4 });
    expect(bound).toBeGreaterThan(40);
  });

  it("reads every model of the corpus", async () => {
    for (const text of valid) expect(isModel(await parseModel(text))).toBe(true);
  });
});
