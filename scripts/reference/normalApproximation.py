"""Modes and covariances of two posteriors by Newton's method with the Hessian in closed form, the normals of Pathfinder
along a given path and how far Pathfinder's result lies from normal densities, both by BlackJAX, into
test/known/normalApproximation.json.

Needs Python 3 with scipy 1.17.1 and blackjax 1.7.1: pip install scipy==1.17.1 blackjax==1.7.1
"""

import json
from pathlib import Path

import jax

jax.config.update("jax_enable_x64", True)
import numpy as np
from blackjax.optimizers import lbfgs
from blackjax.vi import pathfinder
from scipy import optimize, special

temperature = np.array([66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58])
distress = np.array([0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1])


def laplace(value, gradient, hessian, start):
    """The mode, the covariance and the log evidence that Laplace's approximation gives."""
    found = optimize.minimize(
        lambda z: -value(z), start, jac=lambda z: -gradient(z), hess=lambda z: -hessian(z), method="trust-exact", tol=1e-12
    )
    z = found.x
    for _ in range(3):
        z = z - np.linalg.solve(hessian(z), gradient(z))
    covariance = np.linalg.inv(-hessian(z))
    evidence = value(z) + 0.5 * len(z) * np.log(2 * np.pi) + 0.5 * np.linalg.slogdet(covariance)[1]
    return {"mode": z.tolist(), "covariance": covariance.tolist(), "value": value(z), "logEvidence": evidence}


# distress ~ bernoulli(logit⁻¹(a + b x)), a, b ~ normal(0, 5): models/logistic-regression.ts.
x = np.stack([np.ones(23), (temperature - 70) / 10], axis=1)
probability = lambda z: special.expit(x @ z)
logistic = laplace(
    lambda z: (special.log_expit((2 * distress - 1) * (x @ z))).sum() - z @ z / 50 - np.log(50 * np.pi),
    lambda z: x.T @ (distress - probability(z)) - z / 25,
    lambda z: -(x.T * (probability(z) * (1 - probability(z)))) @ x - np.eye(2) / 25,
    np.zeros(2),
)

# counts ~ poisson(rate), rate ~ gamma(2.5, 0.8), on z = log rate: the log density is (a + Σy) z − (b + n) eᶻ and constants.
counts = np.array([3, 0, 4, 2, 5, 1, 2])
shape, rate = 2.5 + counts.sum(), 0.8 + len(counts)
constant = 2.5 * np.log(0.8) - special.gammaln(2.5) - special.gammaln(counts + 1).sum()
poisson = laplace(
    lambda z: shape * z[0] - rate * np.exp(z[0]) + constant,
    lambda z: np.array([shape - rate * np.exp(z[0])]),
    lambda z: np.array([[-rate * np.exp(z[0])]]),
    np.zeros(1),
)

# A path on log p(z) = Σ −cosh(a_i z_i) − (Σ z)² / 2, by six steps of plain ascent with other lengths each.
scales = np.array([0.3, 1.0, 2.0, 0.7])
slope = lambda z: -scales * np.sinh(scales * z) - z.sum()
places = [np.array([1.5, -0.8, 0.6, 1.1])]
for length in [0.05, 0.3, 0.1, 0.25, 0.08, 0.2]:
    places.append(places[-1] + length * slope(places[-1]))
places = np.array(places)
gradients = np.array([slope(z) for z in places])
steps, falls = np.diff(places, axis=0), -np.diff(gradients, axis=0)
alphas, covariances, means = [], [], []
alpha = np.ones(4)
memory = 3
for n in range(1, len(places)):
    alpha, accepted = lbfgs.lbfgs_recover_alpha(alpha, steps[n - 1], falls[n - 1])
    assert accepted.all()
    first = max(0, n - memory)
    beta, gamma = lbfgs.lbfgs_inverse_hessian_factors(steps[first:n].T, falls[first:n].T, alpha)
    covariance = np.asarray(lbfgs.lbfgs_inverse_hessian_formula_1(alpha, beta, gamma))
    alphas.append(np.asarray(alpha).tolist())
    covariances.append(covariance.tolist())
    means.append((places[n] + covariance @ gradients[n]).tolist())
along = {
    "memory": memory,
    "places": places.tolist(),
    "gradients": gradients.tolist(),
    "alphas": alphas,
    "covariances": covariances,
    "means": means,
}



def divergence(size, seed):
    """KL(q‖p) of single-path Pathfinder's normal from independent normals of sds from 1 to 10 and mean 1, from a start in ±2."""
    sd = 10 ** (np.arange(size) / (size - 1))
    start = np.random.default_rng(seed).uniform(-2, 2, size)
    density = lambda z: -0.5 * (((z - 1) / sd) ** 2).sum()
    settings = dict(num_samples=25, maxiter=200, maxcor=6, ftol=1e-14)
    found, _ = pathfinder.approximate(jax.random.key(seed), density, start, **settings)
    covariance = np.asarray(lbfgs.lbfgs_inverse_hessian_formula_1(found.alpha, found.beta, found.gamma))
    off = (found.position - covariance @ found.grad_position - 1) / sd
    unit = covariance / np.outer(sd, sd)
    return 0.5 * float(np.trace(unit) + off @ off - size - np.linalg.slogdet(unit)[1])


# Some minutes: every search is compiled anew.
divergences = {size: sorted(divergence(size, seed) for seed in range(40)) for size in [2, 10, 100]}

path = Path(__file__).parents[2] / "test" / "known" / "normalApproximation.json"
path.write_text(json.dumps({"logistic": logistic, "poisson": poisson, "pathfinder": along, "divergences": divergences}, indent=1) + "\n")
