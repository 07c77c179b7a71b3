import { describe, expect, it } from "vitest";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { tidy } from "../../src/core/tidy.ts";
import { condition } from "../../src/model/condition.ts";
import { functionNames } from "../../src/text/functions.ts";
import { parseModel } from "../../src/text/parseModel.ts";

const data = {
  v: [0.2, 0.5, 0.9],
  w: [1.5, -2, 0.25],
  S: [
    [2, 0.5, 0.1],
    [0.5, 1, 0.2],
    [0.1, 0.2, 3],
  ],
  L: [
    [2, 0],
    [1, 3],
  ],
  u: [4, 7],
};
const declared = "data v[N], w[N], S[N, N], L[M, M], u[M]\n";

/** What an expression is worth at x = 0.7. */
const valueOf = async (expression: string): Promise<readonly number[]> => {
  const text = `${declared}x ~ flat()\nz = ${expression} + 0 * x`;
  const conditioned = condition(await parseModel(text), data as never);
  return inDouble(() =>
    tidy(() => {
      const { z } = conditioned.at(conditioned.tensors()).constrain(fromHost([0.7], [1])) as unknown as Record<
        string,
        never
      >;
      return [...hostValues(z)];
    }),
  );
};

const { v, w } = data;
const each = (f: (x: number) => number): number[] => v.map(f);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Each function by its definition, or by what mpmath 1.3 gives for it. */
const expected: Readonly<Record<string, readonly number[]>> = {
  "exp(v)": each(Math.exp),
  "expm1(v)": each(Math.expm1),
  "log(v)": each(Math.log),
  "log1p(v)": each(Math.log1p),
  "log1mexp(-v)": each((x) => Math.log(1 - Math.exp(-x))),
  "sqrt(v)": each(Math.sqrt),
  "square(v)": each((x) => x * x),
  "abs(w)": w.map(Math.abs),
  "sign(w)": w.map(Math.sign),
  "floor(w)": w.map(Math.floor),
  "ceil(w)": w.map(Math.ceil),
  "sin(v)": each(Math.sin),
  "cos(v)": each(Math.cos),
  "tan(v)": each(Math.tan),
  "atan(w)": w.map(Math.atan),
  "tanh(v)": each(Math.tanh),
  "sinh(v)": each(Math.sinh),
  "cosh(v)": each(Math.cosh),
  "sigmoid(w)": w.map(sigmoid),
  "invLogit(w)": w.map(sigmoid),
  "logit(v)": each((p) => Math.log(p / (1 - p))),
  "logSigmoid(w)": w.map((x) => Math.log(sigmoid(x))),
  "softplus(w)": w.map((x) => Math.log1p(Math.exp(x))),
  "lgamma([4, 0.5])": [Math.log(6), Math.log(Math.PI) / 2],
  "digamma(1)": [-0.5772156649015329],
  "erf(0.5)": [0.5204998778130465],
  "erfc(0.5)": [0.4795001221869535],
  "erfinv(0.5)": [0.4769362762044699],
  "Phi(1)": [0.8413447460685429],
  "normalCdf(1)": [0.8413447460685429],
  "normalLogCdf(1)": [Math.log(0.8413447460685429)],
  "normalQuantile(0.975)": [1.959963984540054],
  "logBeta(2, 3)": [Math.log(1 / 12)],
  "logAddExp(1, 2)": [Math.log(Math.E + Math.E ** 2)],
  "logDiffExp(2, 1)": [Math.log(Math.E ** 2 - Math.E)],
  "pow(v, 3)": each((x) => x ** 3),
  "sum(v)": [1.6],
  "sum(S, 1)": [2.6, 1.7, 3.3],
  "mean(v)": [1.6 / 3],
  "prod(v)": [0.09],
  "variance(v)": [0.37 / 3],
  "sd(v)": [Math.sqrt(0.37 / 3)],
  "logSumExp(v)": [Math.log(v.reduce((all, x) => all + Math.exp(x), 0))],
  "min(w)": [-2],
  "max(v, w)": [1.5, 0.5, 0.9],
  "logMix(0.3, -1, -2)": [Math.log(0.3 * Math.exp(-1) + 0.7 * Math.exp(-2))],
  "cumsum(v)": [0.2, 0.7, 1.6],
  "length(S)": [3],
  "logProb(normal(0, 1), w)": w.map((x) => (-x * x) / 2 - Math.log(2 * Math.PI) / 2),
  "zeros(2)": [0, 0],
  "ones(2, 1)": [1, 1],
  "identity(2)": [1, 0, 0, 1],
  "rep(v, 2)": [...v, ...v],
  "concat(v, 3)": [...v, 3],
  "ifelse(w > 0, v, w)": [0.2, -2, 0.9],
  "matmul(L, u)": [8, 25],
  "dot(v, w)": [0.3 - 1 + 0.225],
  "outer(u, u)": [16, 28, 28, 49],
  "transpose(L)": [2, 1, 0, 3],
  "diagonal(S)": [2, 1, 3],
  "diag(u)": [4, 0, 0, 7],
  "trace(S)": [6],
  "cholesky(L * transpose(L))": [2, 0, 1, 3],
  "inverse(L)": [0.5, 0, -1 / 6, 1 / 3],
  "logDet(L)": [Math.log(6)],
  "logDetSpd(L * transpose(L))": [Math.log(36)],
  "solve(L, u)": [2, 5 / 3],
  "solveSpd(L * transpose(L), u)": [2 / 2 - 5 / 18, 5 / 9],
  "choleskySolve(L, u)": [1 - 5 / 18, 5 / 9],
  "triangularSolve(L, u)": [2, 5 / 3],
  "quadraticForm(L, u)": [2 * 16 + 28 + 3 * 49],
};

describe("the functions of a text", () => {
  it.each(Object.keys(expected))("%s", async (expression) => {
    const came = await valueOf(expression);
    const known = expected[expression];
    expect(came.length).toBe(known.length);
    for (const [i, value] of known.entries())
      expect(Math.abs(came[i] - value)).toBeLessThan(1e-13 * (1 + Math.abs(value)) * 10);
  });

  it("are all of them here", () => {
    const tested = Object.keys(expected).map((expression) => expression.split("(")[0]);
    expect(functionNames.filter((name) => !tested.includes(name))).toEqual([]);
  });
});
