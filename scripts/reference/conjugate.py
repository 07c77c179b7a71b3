"""Writes test/known/conjugate.json: closed-update mean-field posteriors to hold src/conjugate against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1 scikit-learn==1.9.1
    reference-venv/bin/python scripts/reference/conjugate.py

Bounds are maximised numerically over the parameters of the factors (BFGS), each bound written as E log p(x, z) - E log q(z); log evidences are exact (predictive Student t's, quadrature over precisions, enumeration of all memberships). The mixture is
BayesianGaussianMixture of scikit-learn in one dimension, where its Wishart is a gamma.
"""

import itertools
import json
import pathlib

import numpy as np
from scipy import integrate, optimize, special, stats
from sklearn.mixture import BayesianGaussianMixture

rng = np.random.default_rng(6)


def gamma_expectations(a, b):
    """E tau, E log tau and the entropy."""
    return a / b, special.digamma(a) - np.log(b), a - np.log(b) + special.gammaln(a) + (1 - a) * special.digamma(a)


def log_gamma_density(mean, mean_log, a, b):
    return a * np.log(b) - special.gammaln(a) + (a - 1) * mean_log - b * mean


def best(bound, start):
    """Maximum by BFGS, begun twice."""
    x = np.asarray(start, float)
    for _ in range(2):
        x = optimize.minimize(lambda p: -bound(p), x, method="BFGS", options={"gtol": 1e-7}).x
    return x, bound(x)


def normal():
    x = np.round(rng.normal(1.5, 1.2, 12), 3)
    m0, l0, a0, b0 = 0.5, 2.0, 3.0, 2.0
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    weights = weights / weights.sum()

    def bound(p):
        loc, scale, a, b = p[0], np.exp(p[1]), np.exp(p[2]), np.exp(p[3])
        mean, mean_log, entropy = gamma_expectations(a, b)
        mu = loc + scale * nodes
        squares = weights @ ((x[None, :] - mu[:, None]) ** 2).sum(1)
        prior = weights @ (mu - m0) ** 2
        n = len(x)
        value = 0.5 * n * (mean_log - np.log(2 * np.pi)) - 0.5 * mean * squares
        value += 0.5 * (np.log(l0) + mean_log - np.log(2 * np.pi)) - 0.5 * mean * l0 * prior
        value += log_gamma_density(mean, mean_log, a0, b0)
        return value + entropy + stats.norm(loc, scale).entropy()

    p, value = best(bound, [x.mean(), np.log(0.3), np.log(a0 + 6), np.log(b0 + 6)])
    m, l, a, b, evidence = m0, l0, a0, b0, 0.0
    for value_x in x:
        evidence += stats.t(2 * a, m, np.sqrt(b * (l + 1) / (a * l))).logpdf(value_x)
        b += l * (value_x - m) ** 2 / (2 * (l + 1))
        a, m, l = a + 0.5, (l * m + value_x) / (l + 1), l + 1
    return {
        "x": x.tolist(), "prior": {"mean": m0, "count": l0, "concentration": a0, "rate": b0},
        "loc": p[0], "scale": np.exp(p[1]), "concentration": np.exp(p[2]), "rate": np.exp(p[3]),
        "bound": value, "evidence": evidence, "exact": {"mean": m, "count": l, "concentration": a, "rate": b},
    }


def regression(drawn):
    n = 15
    x = np.round(np.column_stack([np.ones(n), rng.normal(size=n)]), 3)
    y = np.round(x @ [1.0, -0.7] + rng.normal(0, 0.6, n), 3)
    a0, b0 = 2.0, 1.0
    c0, d0 = (2.0, 3.0) if drawn else (None, None)
    fixed = 0.5

    def bound(p):
        loc = p[:2]
        chol = np.array([[np.exp(p[2]), 0], [p[3], np.exp(p[4])]])
        cov = chol @ chol.T
        a, b = np.exp(p[5]), np.exp(p[6])
        mean, mean_log, entropy = gamma_expectations(a, b)
        squares = ((y - x @ loc) ** 2).sum() + np.trace(x.T @ x @ cov)
        value = 0.5 * n * (mean_log - np.log(2 * np.pi)) - 0.5 * mean * squares
        value += log_gamma_density(mean, mean_log, a0, b0) + entropy
        value += stats.multivariate_normal(loc, cov).entropy()
        w2 = loc @ loc + np.trace(cov)
        if drawn:
            c, d = np.exp(p[7]), np.exp(p[8])
            am, al, ae = gamma_expectations(c, d)
            value += 0.5 * 2 * (al - np.log(2 * np.pi)) - 0.5 * am * w2
            return value + log_gamma_density(am, al, c0, d0) + ae
        return value + 0.5 * 2 * (np.log(fixed) - np.log(2 * np.pi)) - 0.5 * fixed * w2

    start = [1, -0.7, np.log(0.2), 0, np.log(0.2), np.log(a0 + n / 2), np.log(b0 + 3)] + ([np.log(3), np.log(4)] if drawn else [])
    p, value = best(bound, start)
    marginal = lambda tau, alpha: np.exp(stats.multivariate_normal(np.zeros(n), np.eye(n) / tau + x @ x.T / alpha).logpdf(y) + 20)
    over = lambda alpha: integrate.quad(lambda t: marginal(np.exp(t), alpha) * np.exp(stats.gamma(a0, scale=1 / b0).logpdf(np.exp(t)) + t), -4, 5, epsabs=1e-12, epsrel=1e-9)[0]
    if drawn:
        whole = integrate.quad(lambda s: over(np.exp(s)) * np.exp(stats.gamma(c0, scale=1 / d0).logpdf(np.exp(s)) + s), -9, 4, epsabs=1e-12, epsrel=1e-8)[0]
    else:
        whole = over(fixed)
    result = {
        "x": x.tolist(), "y": y.tolist(), "noise": {"concentration": a0, "rate": b0},
        "weights": {"concentration": c0, "rate": d0} if drawn else fixed,
        "loc": p[:2].tolist(), "bound": value, "evidence": np.log(whole) - 20,
        "tau": {"concentration": np.exp(p[5]), "rate": np.exp(p[6])},
    }
    chol = np.array([[np.exp(p[2]), 0], [p[3], np.exp(p[4])]])
    result["covariance"] = (chol @ chol.T).ravel().tolist()
    if drawn:
        result["alpha"] = {"concentration": np.exp(p[7]), "rate": np.exp(p[8])}
    return result


def mixture():
    x = np.round(np.concatenate([rng.normal(-2, 0.6, 14), rng.normal(1.5, 1.0, 22)]), 3)
    prior = {"share": 1.5, "mean": 0.2, "count": 0.5, "concentration": 2.0, "rate": 1.5}
    fitted = BayesianGaussianMixture(
        n_components=2, covariance_type="diag", weight_concentration_prior_type="dirichlet_distribution", weight_concentration_prior=prior["share"],
        mean_prior=[prior["mean"]], mean_precision_prior=prior["count"], degrees_of_freedom_prior=2 * prior["concentration"],
        covariance_prior=[2 * prior["rate"]], reg_covar=0, tol=1e-13, max_iter=100000, random_state=1,
    ).fit(x[:, None])
    order = np.argsort(fitted.means_[:, 0])
    return {
        "x": x.tolist(), "prior": prior, "version": __import__("sklearn").__version__,
        "share": fitted.weight_concentration_[order].tolist(), "loc": fitted.means_[order, 0].tolist(),
        "count": fitted.mean_precision_[order].tolist(),
        "concentration": (fitted.degrees_of_freedom_[order] / 2).tolist(),
        "rate": (fitted.degrees_of_freedom_[order] * fitted.covariances_[order, 0] / 2).tolist(),
    }


def small_mixture():
    """Two coordinates, two components: the evidence by all 2^8 memberships."""
    x = np.round(np.concatenate([rng.normal(-2, 0.5, (4, 2)), rng.normal(2, 0.5, (4, 2))]), 3)
    share, m0, l0, a0, b0 = 1.0, 0.0, 0.1, 2.0, 1.0

    def evidence(values):
        m, l, a, b, total = m0, l0, a0, b0, 0.0
        for v in values:
            total += stats.t(2 * a, m, np.sqrt(b * (l + 1) / (a * l))).logpdf(v)
            b += l * (v - m) ** 2 / (2 * (l + 1))
            a, m, l = a + 0.5, (l * m + v) / (l + 1), l + 1
        return total

    terms = []
    for z in itertools.product([0, 1], repeat=len(x)):
        z = np.array(z)
        counts = np.array([(z == 0).sum(), (z == 1).sum()])
        term = special.gammaln(2 * share) - special.gammaln(2 * share + len(x)) + (special.gammaln(share + counts) - special.gammaln(share)).sum()
        terms.append(term + sum(evidence(x[z == k, d]) for k in (0, 1) for d in (0, 1)))
    return {
        "x": x.tolist(), "prior": {"share": share, "mean": m0, "count": l0, "concentration": a0, "rate": b0},
        "evidence": special.logsumexp(terms),
    }


known = {
    "normal": normal(),
    "regression": regression(False),
    "regressionDrawn": regression(True),
    "mixture": mixture(),
    "smallMixture": small_mixture(),
}
path = pathlib.Path(__file__).parents[2] / "test/known/conjugate.json"
path.write_text(json.dumps(known, indent=2) + "\n")
