import {
  bernoulliLogits,
  dirichlet,
  flat,
  gamma,
  halfCauchy,
  halfNormal,
  model,
  multinomial,
  normal,
  poisson,
  type Tensor,
} from "fluvial";

/** A normal with unknown mean and sd. */
export const unknownSd = model("normal")
  .latent("mu", normal(0, 2))
  .latent("sigma", halfNormal(0, 1))
  .observe("y", ({ mu, sigma }) => normal(mu, sigma), ["n"]);

export const schools = model("eight schools, non-centred")
  .data("s", ["J"])
  .latent("mu", normal(0, 5))
  .latent("tau", halfCauchy(0, 5))
  .latent("eta", normal(0, 1), ["J"])
  .derive("theta", ({ mu, tau, eta }) => mu.add(tau.mul(eta)))
  .observe("y", ({ theta, s }) => normal(theta, s), ["J"]);

export const schoolErrors: readonly number[] = [15, 10, 16, 11, 9, 11, 10, 18];

export const logistic = model("logistic regression")
  .data("x", ["n", 2])
  .latent("a", normal(0, 1))
  .latent("b", normal(0, 1), [2])
  .observe("y", ({ a, b, x }) => bernoulliLogits(a.add(x.matMul(b.reshape([2, 1])).reshape([-1]) as Tensor)), ["n"]);

export const covariates: number[][] = Array.from({ length: 30 }, (_, i) => [Math.sin(i), Math.cos(2.3 * i)]);

export const gammaPoisson = model("gamma and Poisson")
  .latent("a", gamma(4, 1))
  .latent("rate", ({ a }) => gamma(a, 1), [6])
  .observe("y", ({ rate }) => poisson(rate), [6]);

export const shares = model("Dirichlet and multinomial")
  .latent("p", dirichlet([1, 2, 3, 0.7]))
  .observe("y", ({ p }) => multinomial(20, p));

/** `unknownSd` with the Jacobian of the logarithm forgotten. */
export const droppedJacobian = model("no Jacobian")
  .latent("mu", normal(0, 2))
  .latent("logSigma", flat())
  .derive("sigma", ({ logSigma }) => logSigma.exp())
  .factor("prior", ({ sigma }) => halfNormal(0, 1).logProb(sigma))
  .observe("y", ({ mu, sigma }) => normal(mu, sigma), ["n"]);

/** `unknownSd` with the prior of its sd half as wide again. */
export const wideScale = model("scale 1.5")
  .latent("mu", normal(0, 2))
  .latent("sigma", halfNormal(0, 1.5))
  .observe("y", ({ mu, sigma }) => normal(mu, sigma), ["n"]);
