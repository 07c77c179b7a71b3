import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FluvialError } from "../../src/core/check.ts";
import { condition } from "../../src/model/condition.ts";
import { parseModel } from "../../src/text/parseModel.ts";
import { limits } from "../../src/text/source.ts";
import { expectSame } from "./agree.ts";

/** What parsing a text says is wrong. */
const errorOf = async (text: string, name = "broken"): Promise<string> => {
  try {
    await parseModel(text, name);
  } catch (error) {
    expect(error).toBeInstanceOf(FluvialError);
    return (error as Error).message;
  }
  throw new Error(`no error for ${text.slice(0, 200)}`);
};

const folder = new URL("broken/", import.meta.url);

describe("broken models", () => {
  it.each(readdirSync(folder).sort())("%s", async (file) => {
    expect(await errorOf(readFileSync(new URL(file, folder), "utf8"))).toMatchSnapshot();
  });
});

describe("a text that is too much", () => {
  const deep = (open: string, inner: string, close: string, n: number): string =>
    `x = ${open.repeat(n)}${inner}${close.repeat(n)}`;
  it.each([
    ["characters", `# ${"x".repeat(limits.characters)}`, /at most 100000 characters/],
    ["statements", "factor(1)\n".repeat(limits.statements + 1), /at most 1000 statements/],
    ["words", `x = sum([${"1,".repeat(limits.tokens)}1])`, /at most 10000 words/],
    ["brackets", deep("(", "1", ")", 60), /more than 50 deep/],
    ["calls", deep("exp(", "1", ")", 10_000), /more than 50 deep/],
    ["lists", deep("[", "1", "]", 40_000), /more than 50 deep/],
    ["signs", deep("-", "1", "", 9_000), /more than 100 powers/],
    ["negations", deep("not ", "1", "", 9_000), /more than 100 powers/],
    ["powers", `x = 2${"^2".repeat(4_000)}`, /more than 100 powers/],
    ["conditions", deep("1 ? 2 : ", "3", "", 2_000), /more than 100 powers/],
    ["terms", `x = 1${" + 1".repeat(4_000)}`, /at most 500 levels/],
    ["equalities", `x = ${"a=".repeat(4_000)}1`, /more than 100 powers|= stands/],
  ])("has too many %s", async (_, text, message) => {
    const began = performance.now();
    expect(await errorOf(text)).toMatch(message);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it("does not work out a chain of definitions twice as often at each link", async () => {
    const chain = Array.from({ length: 400 }, (_, i) => `local a${i + 1} = a${i} + a${i}`).join("\n");
    const made = await parseModel(`a0 ~ normal(0, 1)\n${chain}\nfactor(a400 * 0)`);
    expect(condition(made, {}).size).toBe(1);
  });

  it("makes no large arrays", async () => {
    for (const large of ["zeros(1e9)", "rep(1, 1e9)", "sum(1:1e9)", "sum(zeros(1e5, 1e5))", "identity(1e6)"]) {
      const made = await parseModel(`x ~ normal(0, 1)\nfactor(sum(${large}) * x)`);
      expect(() => condition(made, {})).toThrow(/at most/);
    }
  });
});

const bindError = async (text: string, data: unknown): Promise<string> => {
  const made = await parseModel(text, "schools");
  try {
    condition(made, data as never);
  } catch (error) {
    expect(error).toBeInstanceOf(FluvialError);
    return (error as Error).message;
  }
  throw new Error("no error");
};

const indexed = "data int county[N], real y[N]\nalpha[3] ~ normal(0, 1)\ny ~ normal(alpha[county], 1)";

describe("data that do not fit", () => {
  it.each([
    [
      "a shape",
      "data x[N], z[M], y[N]\nb ~ normal(0, 1)\ny ~ normal(b * x + z, 1)",
      { x: [1, 2], z: [1, 2, 3], y: [1, 2] },
    ],
    [
      "the product of matrices",
      "data X[N, K], y[N]\nb[N] ~ normal(0, 1)\ny ~ normal(X * b, 1)",
      { X: [[1, 2, 3]], y: [1] },
    ],
    ["a bound", "data sigma[J] > 0, y[J]\nm ~ normal(0, 1)\ny ~ normal(m, sigma)", { sigma: [1, 0], y: [1, 2] }],
    ["an interval", "data p[J] in [0, 1]\nm ~ normal(0, 1)", { p: [0.5, 1.5] }],
    ["a bound by a length", "data int g[N] in 1..J, J\nm[J] ~ normal(0, 1)", { g: [1, 4], J: 3 }],
    ["an index", indexed, { county: [1, 4], y: [1, 2] }],
    ["an index from 0", indexed, { county: [0, 1], y: [1, 2] }],
    ["an index worked out", indexed.replace("alpha[county]", "alpha[county + 1]"), { county: [1, 3], y: [1, 2] }],
    ["a real index", indexed.replace("int county[N], real", "county[N],"), { county: [1, 2], y: [1, 2] }],
    ["an index out of place", "data y[N]\nm ~ normal(y[5], 1)", { y: [1, 2] }],
    ["a range out of place", "data y[N]\nm ~ normal(sum(y[2:N+1]), 1)", { y: [1, 2] }],
    ["an empty range", "data y[N]\nm ~ normal(sum(y[2:1]), 1)", { y: [1, 2] }],
    ["no whole number", "data int k\nm ~ normal(k, 1)", { k: 1.5 }],
    ["no data", "data y[N]\nm ~ normal(0, 1)\ny ~ normal(m, 1)", {}],
    ["unknown data", "data y[N]\nm ~ normal(0, 1)\ny ~ normal(m, 1)", { y: [1], sigam: 1 }],
    ["data for a latent", "m ~ normal(0, 1)\ny ~ normal(m, 1)", { y: [1] }],
    ["a missing length", "m[J] ~ normal(0, 1)", {}],
    ["a missing length that is used", "m[J] ~ normal(0, sqrt(J))", {}],
    ["a length that is none", "data int K\nm[K] ~ normal(0, 1)", { K: 0 }],
    ["a negative scale", "m ~ normal(0, 1)\nz ~ normal(0, 2 - 3)", {}],
    ["an impossible observation", "data y[N]\nr ~ gamma(1, 1)\ny ~ poisson(r)", { y: [1, -1] }],
    ["infinitely many values of a latent", "k ~ poisson(3)", {}],
    ["a shape of a definition", "data x[N]\nm ~ normal(0, 1)\nz[N] = concat(m * x, m)", { x: [1, 2] }],
    ["no shape", "x ~ ordered(normal(0, 1))", {}],
    [
      "paired indices of two lengths",
      "data int i[N], j[M]\nA[3, 3] ~ normal(0, 1)\nfactor(sum(A[i, j]))",
      { i: [1, 2], j: [1, 2, 3] },
    ],
  ])("says what is wrong with %s", async (_, text, data) => {
    expect(await bindError(text, data)).toMatchSnapshot();
  });
});

const rows = {
  x: [
    [1, 0.5],
    [2, -1],
    [0.3, 0.7],
  ],
  z: [1, 2, 3],
  g: [3, 1, 1],
  y: [0.4, -1, 2],
};

describe("functions of whole arrays of a name that goes through the rows", () => {
  const head = "data x[N, K], z[N], int g[N] in 1..N, y[N]\nb[K] ~ normal(0, 1)\n";
  const line = (inside: string): string => `${head}y[n] ~ normal(${inside}, 1)`;

  it.each([
    [
      "sum(x[n, :] .* b)",
      /column 15: n stands for all rows at once, and sum would take them together.*sum\(x\[n, :\], 2\)/,
    ],
    ["sum(x[n, :], 1)", /sum would take them/],
    ["1 + mean(x[g[n], :])", /column 19: n stands .* mean would/],
    ["max(z[n])", /max would/],
    ["length(x[n])", /length would/],
    ["dot(x[n], b)", /dot would take them together; write sum\(a \.\* b, 2\)/],
    ["cumsum(z[n])", /cumsum would/],
    ["[z[n], 1] * b", /column 15: n stands for all rows at once, and no list can be made of each/],
  ])("refuses %s", async (inside, message) => {
    expect(await errorOf(line(inside))).toMatch(message);
  });

  it.each(["sum(x[n, :] .* b, 2)", "x[n, :] * b", "matmul(x[n], b)", "x[n] * b + mean(b) - mean(b)"])(
    "takes %s",
    async (inside) => {
      await expectSame(line(inside), (await parseModel(`${head}y ~ normal(x * b, 1)`)) as never, rows);
    },
  );
});

describe("what people write who come from elsewhere", () => {
  it.each([
    ["for (n in 1:N) y[n] ~ normal(0, 1)", /line 1, column 1: there are no loops/],
    ["if (x > 1) y = 2", /line 1, column 1: there are no branches/],
    ["target += normal_lpdf(3, 0, 1)", /line 1, column 1: a term of the log density is factor/],
    ["data real<lower=0> sigma", /line 1, column 10: bounds stand behind the name, as in data real sigma > 0/],
    ["data int<lower=1,upper=J> g[N]", /line 1, column 9: bounds stand behind the name/],
  ])("%s", async (text, message) => {
    expect(await errorOf(text)).toMatch(message);
  });

  it("counts columns from 1 behind a byte order mark too", async () => {
    expect(await errorOf("\ufeffmu ~ nrmal(0, 1)")).toMatch(/line 1, column 6: .*\n {4}mu ~ nrmal.*\n {9}\^$/);
  });
});
