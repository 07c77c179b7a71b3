import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { squaredExponential } from "../../src/distributions/covarianceKernels.ts";
import { gaussianProcess } from "../../src/distributions/gaussianProcess.ts";
import * as d from "../../src/distributions/index.ts";
import { condition } from "../../src/model/condition.ts";
import { type Model, model } from "../../src/model/model.ts";
import { parseModel } from "../../src/text/parseModel.ts";
import * as supports from "../../src/transforms/supports.ts";
import { expectSame } from "./agree.ts";

const grouped = {
  county: [1, 3, 2, 1, 3],
  x: [0.1, -0.4, 1.2, 0.7, 0.3],
  y: [1, 0.2, -0.3, 0.8, 1.4],
  u: [0.5, -0.5, 1],
};
const county = tf.tensor1d(grouped.county, "int32");

const varying = model("varying")
  .data("x", ["N"])
  .data("u", ["J"])
  .latent("mu", d.normal(0, 1))
  .latent("tau", d.halfNormal(0, 1))
  .latent("alpha", ({ mu, tau, u }) => d.normal(u.mul(mu), tau), ["J"])
  .latent("beta", d.normal(0, 2))
  .observe(
    "y",
    ({ alpha, beta, x }) =>
      d.normal(alpha.gather(county.sub(tf.scalar(1, "int32")) as tf.Tensor1D).add(x.mul(beta)), 0.5),
    ["N"],
  );

const varyingData = { x: grouped.x, u: grouped.u, y: grouped.y };
const declared = "data int county[N] in 1..J, real x[N], y[N], u[J]\nmu ~ normal(0, 1); tau ~ halfNormal(0, 1)\n";

describe("a regression with varying intercepts", () => {
  it.each([
    ["whole arrays", "alpha[J] ~ normal(mu * u, tau)\nbeta ~ normal(0, 2)\ny ~ normal(alpha[county] + x * beta, 0.5)"],
    [
      "names that go through the rows",
      "alpha[j] ~ normal(mu * u[j], tau)\nbeta ~ normal(0, 2)\ny[n] ~ normal(alpha[county[n]] + x[n] * beta, 0.5)",
    ],
    [
      "definitions in between",
      "alpha[J] ~ normal(mu * u, tau)\nbeta ~ normal(0, 2)\nlocal fitted[n] = alpha[county[n]] + x[n] * beta\ny ~ normal(fitted, 0.5)",
    ],
  ])("reads %s", async (_, body) => {
    await expectSame(declared + body, varying, grouped, varyingData);
  });
});

const x2 = [
  [1, 0.5],
  [2, -1],
  [0.3, 0.7],
];
const regression = (shape: "product" | "elements"): unknown =>
  model("matrix")
    .data("X", ["N", "K"])
    .latent("b", d.normal(0, 1), ["K"])
    .observe(
      "y",
      ({ X, b }) =>
        d.normal(
          shape === "product"
            ? tf.matMul(X as tf.Tensor2D, b.expandDims(1) as tf.Tensor2D).squeeze([1])
            : X.mul(b).sum(1),
          1,
        ),
      ["N"],
    );

const series = { T: 6, K: 2, y: [1, 1.5, 0.3, -0.4, 0.9, 1.1] };
const lagged = (): unknown =>
  model("arK")
    .data("y", ["T"])
    .latent("alpha", d.normal(0, 10))
    .latent("beta", d.normal(0, 10), ["K"])
    .latent("sigma", d.halfCauchy(0, 2.5))
    .factor("likelihood", ({ y, alpha, beta, sigma }) => {
      const [b1, b2] = [beta.slice([0], [1]).reshape([]), beta.slice([1], [1]).reshape([])];
      const mean = alpha.add(b1.mul(y.slice([1], [4]))).add(b2.mul(y.slice([0], [4])));
      return d.normal(mean, sigma).logProb(y.slice([2], [4]));
    });

const parts = {
  S: [
    [2, 0.3],
    [0.3, 1],
  ],
  w: [0.3, 0.7],
  n: 7,
  k: [3, 5],
};

/** Text, the same in TypeScript, the data of the text, and of the other where they differ. */
const pairs: Readonly<Record<string, readonly [string, unknown, unknown, unknown?]>> = {
  "the product of a matrix and a vector": [
    "data X[N, K], y[N]\nb[K] ~ normal(0, 1)\ny ~ normal(X * b, 1)",
    regression("product"),
    { X: x2, y: [1, 2, 3] },
  ],
  "the product of elements": [
    "data X[N, K], y[N]\nb[K] ~ normal(0, 1)\ny ~ normal(sum(X .* b, 2), 1)",
    regression("elements"),
    { X: x2, y: [1, 2, 3] },
  ],
  "columns and rows": [
    "data X[N, K], y[N]\nb[K] ~ normal(0, 1)\ny[n] ~ normal(X[n, 1] * b[1] + X[:, 2] * b[end], 1)",
    regression("product"),
    { X: x2, y: [1, 2, 3] },
  ],
  "slices on both sides of ~": [
    "data int K, real y[T]\nalpha ~ normal(0, 10)\nbeta[K] ~ normal(0, 10)\nsigma ~ halfCauchy(0, 2.5)\n" +
      "y[K+1:T] ~ normal(alpha + beta[1] * y[K:T-1] + beta[2] * y[1:T-K], sigma)",
    lagged(),
    { K: 2, y: series.y },
    { K: 2, y: series.y },
  ],
  "parts observed one by one": [
    "data y[T]\nalpha ~ normal(0, 10)\nbeta[2] ~ normal(0, 10)\nsigma ~ halfCauchy(0, 2.5)\n" +
      "y[3] ~ normal(alpha + beta[1] * y[2] + beta[2] * y[1], sigma)\n" +
      "y[4:] ~ normal(alpha + beta[1] * y[3:T-1] + beta[2] * y[2:T-2], sigma)",
    lagged(),
    { y: series.y },
    { K: 2, y: series.y },
  ],
  "log densities as factors": [
    "data y[T]\nalpha ~ normal(0, 10)\nbeta[K] ~ normal(0, 10)\nsigma ~ halfCauchy(0, 2.5)\n" +
      "factor(logProb(normal(alpha + beta[1] * y[2:5] + beta[2] * y[1:4], sigma), y[3:6]))",
    lagged(),
    { K: 2, y: series.y },
  ],
  "a mixture": [
    "data y[N]\nmu[2] ~ ordered(normal(0, 2))\nsigma[2] ~ halfNormal(0, 2)\ntheta ~ beta(5, 5)\n" +
      "y ~ mixture([theta, 1 - theta], [normal(mu[1], sigma[1]), normal(mu[2], sigma[2])])",
    model("mixture")
      .latent("mu", d.ordered(d.normal(0, 2), [2]))
      .latent("sigma", d.halfNormal(0, 2), [2])
      .latent("theta", d.beta(5, 5))
      .observe(
        "y",
        ({ mu, sigma, theta }) => {
          const at = (x: tf.Tensor, i: number): tf.Tensor => x.slice([i], [1]).reshape([]);
          return d.mixture(tf.stack([theta, tf.sub(1, theta)]), [
            d.normal(at(mu, 0), at(sigma, 0)),
            d.normal(at(mu, 1), at(sigma, 1)),
          ]);
        },
        ["N"],
      ),
    { y: [1, 2.2, -0.3] },
  ],
  "a Gaussian process": [
    "data x[N], y[N]\nrho ~ gamma(25, 4)\nalpha ~ halfNormal(0, 2)\ns ~ halfNormal(0, 1)\n" +
      "y ~ gaussianProcess(kernel = squaredExponential(amplitude = alpha, lengthScale = rho), inputs = x, noise = sqrt(s), jitter = 0)",
    model("gp")
      .data("x", ["N"])
      .latent("rho", d.gamma(25, 4))
      .latent("alpha", d.halfNormal(0, 2))
      .latent("s", d.halfNormal(0, 1))
      .observe(
        "y",
        ({ x, rho, alpha, s }) =>
          gaussianProcess({
            kernel: squaredExponential({ amplitude: alpha, lengthScale: rho }),
            inputs: x,
            noise: s.sqrt(),
            jitter: 0,
          }),
        ["N"],
      ),
    { x: [-1, 0.5, 2], y: [0.2, 0.1, -1] },
  ],
  "named arguments, matrices and numbers among the data": [
    "data S[D, D], int n, int k[D] in [0, n], real w[D]\nmu[D] ~ multivariateNormal(0, covariance = S)\n" +
      "p ~ beta(b = 2, a = 1 + 0.5)\nk ~ binomial(n, p)\nfactor(-0.5 * dot(w, mu)^2 + log(w[1]) * p)",
    model("named")
      .data("S", ["D", "D"])
      .data("n", [], "int")
      .data("w", ["D"])
      .latent("mu", ({ S }) => d.multivariateNormal(0, { covariance: S }), ["D"])
      .latent("p", d.beta(1.5, 2))
      .observe("k", ({ n, p }) => d.binomial(n, p), ["D"])
      .factor("f", ({ w, mu, p }) =>
        w
          .mul(mu)
          .sum()
          .square()
          .mul(-0.5)
          .add(w.slice([0], [1]).reshape([]).log().mul(p)),
      ),
    parts,
  ],
  "conditions and comparisons": [
    "data int age[N], y[N]\nb[3] ~ normal(0, 1)\n" +
      "y ~ normal(b[1] + b[2] * (age == 2) + (age > 2 and not (age >= 4) ? b[3] : 0), 1)",
    model("conditions")
      .data("age", ["N"], "int")
      .latent("b", d.normal(0, 1), [3])
      .observe(
        "y",
        ({ age, b }) => {
          const [b1, b2, b3] = [0, 1, 2].map((i) => b.slice([i], [1]).reshape([]));
          const at = (value: number): tf.Tensor => age.equal(tf.scalar(value, "int32")).cast("float32");
          return d.normal(b1.add(b2.mul(at(2))).add(b3.mul(at(3))), 1);
        },
        ["N"],
      ),
    { age: [1, 2, 3, 4, 2], y: [1, 2, 0.5, 0.1, -1] },
  ],
  "lengths in expressions": [
    "data y[N]\nm = N / 2\nc[N - 1] ~ normal(0, sqrt(N))\nmu ~ normal(m, 1)\n" +
      "y ~ normal(concat(mu, cumsum(c)) + (1:N) + rep(0.5, N), 1)",
    model("lengths")
      .latent("c", d.normal(0, 2), [3])
      .latent("mu", d.normal(2, 1))
      .observe(
        "y",
        ({ c, mu }) => d.normal(tf.concat([mu.reshape([1]), c.cumsum(0)]).add(tf.tensor1d([1.5, 2.5, 3.5, 4.5])), 1),
        ["N"],
      ),
    { y: [1, 2, 3, 4] },
  ],
  "an observation computed from data": [
    "data earn[N] > 0, height[N]\nlogEarn = log(earn)\nb[2] ~ normal(0, 10)\nlogEarn ~ normal(b[1] + b[2] * height, 1)",
    model("earnings")
      .data("height", ["N"])
      .latent("b", d.normal(0, 10), [2])
      .observe("y", ({ height, b }) => d.normal(b.slice([0], [1]).add(b.slice([1], [1]).mul(height)), 1), ["N"]),
    { earn: [2, 3, 5], height: [1, 2, 4] },
    { y: [2, 3, 5].map(Math.log), height: [1, 2, 4] },
  ],
  "bounds that depend on latents": [
    "a ~ uniform(0, 1)\nb ~ flat(lower = 0, upper = 1 - a)\nc ~ noncentred(normal(a, b))\np ~ dirichlet([1, 2, 3])\nq ~ flatOn(simplex, [3])",
    model("bounds")
      .latent("a", d.uniform(0, 1))
      .latent("b", ({ a }) => d.flat({ lower: 0, upper: tf.sub(1, a) }))
      .latent("c", ({ a, b }) => d.noncentred(d.normal(a, b)))
      .latent("p", d.dirichlet([1, 2, 3]))
      .latent("q", d.flatOn(supports.simplex, [3])),
    {},
  ],
  "precedence as in mathematics": [
    "x ~ normal(-2^2 + 2^3^2 / 2^8 * 3 - -1, 2^-1)",
    model("powers").latent("x", d.normal(-4 + (512 / 256) * 3 + 1, 0.5)),
    {},
  ],
};

describe("a text", () => {
  it.each(Object.keys(pairs))("says %s", async (name) => {
    const [text, made, data, its] = pairs[name];
    await expectSame(text, made, data, its ?? data);
  });

  it("leaves local and fixed definitions out of what is reported", async () => {
    const made = await parseModel(
      "data y[N]\nb0 = mean(y)\nlocal a = 2 * b0\nx ~ normal(b0, 1)\nlocal h = x + a\nz = h^2\ny ~ normal(z, 1)",
    );
    expect(Object.keys(condition(made, { y: [1, 2] } as never).quantities)).toEqual(["x", "z"]);
  });

  it("is empty of sites that nobody wrote", async () => {
    const { sites } = await parseModel("data y[N]\nmu ~ normal(0, 1)\ny ~ normal(mu, 1)");
    expect((sites as Model["sites"]).map(({ role, name }) => `${role} ${name}`)).toEqual(["latent mu", "observed y"]);
  });
});
