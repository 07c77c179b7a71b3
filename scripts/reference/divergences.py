"""Writes test/known/divergences.json: Kullback-Leibler divergences to hold klDivergence against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install torch==1.13.1 mpmath==1.2.1
    reference-venv/bin/python scripts/reference/divergences.py

By torch.distributions.kl_divergence in double where it has the pair, and for all distributions of numbers by mpmath too, from the
definition: quadrature of p log(p / q), or its sum, with 30 digits. Where both are there they must agree to 1e-11, and mpmath's is kept.
"""

import json
import math
import pathlib

import mpmath as mp
import torch
from torch import distributions as td

mp.mp.dps = 30
T = lambda x: torch.tensor(x, dtype=torch.float64)
M = mp.mpf


def log_normal(m, s):
    return lambda x: -(((x - m) / s) ** 2) / 2 - mp.log(s) - mp.log(2 * mp.pi) / 2


def log_gamma(a, b):
    return lambda x: a * mp.log(b) - mp.loggamma(a) + (a - 1) * mp.log(x) - b * x


def log_inverse_gamma(a, b):
    return lambda x: a * mp.log(b) - mp.loggamma(a) - (a + 1) * mp.log(x) - b / x


def log_beta(a, b):
    return lambda x: (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - mp.log(mp.beta(a, b))


def log_weibull(k, s):
    return lambda x: mp.log(k / s) + (k - 1) * mp.log(x / s) - (x / s) ** k


def log_gumbel(m, s):
    return lambda x: -(x - m) / s - mp.exp(-(x - m) / s) - mp.log(s)


densities = {
    "normal": (log_normal, "line"),
    "lognormal": (lambda m, s: lambda x: log_normal(m, s)(mp.log(x)) - mp.log(x), "half"),
    "gamma": (log_gamma, "half"),
    "exponential": (lambda r: log_gamma(M(1), r), "half"),
    "chiSquared": (lambda d: log_gamma(d / 2, M(1) / 2), "half"),
    "inverseGamma": (log_inverse_gamma, "half"),
    "beta": (log_beta, "unit"),
    "laplace": (lambda m, s: lambda x: -abs(x - m) / s - mp.log(2 * s), "line"),
    "cauchy": (lambda m, s: lambda x: -mp.log(mp.pi * s * (1 + ((x - m) / s) ** 2)), "line"),
    "gumbel": (log_gumbel, "steep"),
    "weibull": (log_weibull, "half"),
    "uniform": (lambda a, b: lambda x: -mp.log(b - a), "ends"),
}
masses = {
    "bernoulli": lambda p: [1 - p, p],
    "bernoulliLogits": lambda l: [1 / (1 + mp.exp(l)), 1 / (1 + mp.exp(-l))],
    "binomial": lambda n, p: [mp.binomial(n, k) * p**k * (1 - p) ** (n - k) for k in range(int(n) + 1)],
    "binomialLogits": lambda n, l: masses["binomial"](n, 1 / (1 + mp.exp(-l))),
    "geometric": lambda p: [p * (1 - p) ** k for k in range(3000)],
    "poisson": lambda r: [mp.exp(-r) * r**k / mp.factorial(k) for k in range(400)],
    "poissonLog": lambda l: masses["poisson"](mp.exp(l)),
    "categorical": lambda *p: list(p[0]),
    "categoricalLogits": lambda l: [mp.exp(x) / sum(mp.exp(y) for y in l) for x in l],
}
torches = {
    "normal": td.Normal, "lognormal": td.LogNormal, "gamma": td.Gamma, "exponential": td.Exponential, "beta": td.Beta,
    "laplace": td.Laplace, "gumbel": td.Gumbel, "uniform": td.Uniform, "cauchy": td.Cauchy,
    "bernoulli": td.Bernoulli, "bernoulliLogits": lambda l: td.Bernoulli(logits=l), "geometric": td.Geometric,
    "poisson": td.Poisson, "dirichlet": td.Dirichlet, "binomial": td.Binomial,
    "categorical": lambda p: td.Categorical(probs=p), "categoricalLogits": lambda l: td.Categorical(logits=l),
}  # fmt: skip
no_pair = {"cauchy"}


def exact(value):
    return [M(repr(v)) for v in value] if isinstance(value, list) else M(repr(float(value)))


def ends(kind, p, q):
    if kind == "line":
        m, s = p
        return sorted({-mp.inf, m - 30 * s, m - 3 * s, m, q[0], m + 3 * s, m + 30 * s, mp.inf})
    if kind == "steep":  # exp(-exp(5)) is nothing
        m, s = p
        return [m - 5 * s, m - 2 * s, m, m + 3 * s, m + 30 * s, m + 90 * s]
    if kind == "half":
        return [0, M("1e-6"), M("0.01"), M("0.1"), 1, 2, 4, 8, 20, 100, mp.inf]
    if kind == "unit":
        return [0, M("0.001"), M("0.1"), M("0.5"), M("0.9"), M("0.999"), 1]
    return p


def by_definition(pair):
    (name, p), (other, q) = pair
    p, q = [exact(x) for x in p], [exact(x) for x in q]
    if name in densities:
        (make, kind), (make_other, _) = densities[name], densities[other]
        f, g = make(*p), make_other(*q)
        return mp.quad(lambda x: mp.exp(f(x)) * (f(x) - g(x)), ends(kind, p, q))
    if name in masses:
        a, b = masses[name](*p), masses[other](*q)
        return sum(x * mp.log(x / y) for x, y in zip(a, b) if x > 0)
    return None


def by_torch(pair):
    (name, p), (other, q) = pair
    if name not in torches or other not in torches or name in no_pair:
        return None
    f, g = [torches[n](*[T(x) for x in v]) for n, v in pair]
    return float(td.kl_divergence(f, g))


def vector(loc, spread):
    (form, value), = [(k, v) for k, v in spread.items() if k != "diagonal"]
    names = {"covariance": "covariance_matrix", "precision": "precision_matrix", "choleskyFactor": "scale_tril"}
    if form == "factor":
        cov = T(value) @ T(value).T + torch.diag(T(spread["diagonal"]))
        return td.MultivariateNormal(T(loc), covariance_matrix=cov)
    return td.MultivariateNormal(T(loc), **{names[form]: T(value)})


pairs = [
    [["normal", [0.3, 1.2]], ["normal", [-1, 0.4]]],
    [["normal", [1e3, 1e-2]], ["normal", [1e3, 2e-2]]],
    [["lognormal", [0.3, 0.8]], ["lognormal", [-0.2, 1.1]]],
    [["gamma", [2.5, 1.5]], ["gamma", [0.7, 3]]],
    [["gamma", [30, 2]], ["gamma", [28, 2.2]]],
    [["gamma", [2.5, 1.5]], ["exponential", [0.8]]],
    [["exponential", [0.8]], ["exponential", [2]]],
    [["exponential", [0.8]], ["gamma", [2, 2]]],
    [["chiSquared", [5]], ["gamma", [2, 0.4]]],
    [["chiSquared", [5]], ["chiSquared", [3]]],
    [["inverseGamma", [3, 1.5]], ["inverseGamma", [2, 2.5]]],
    [["beta", [2, 3.5]], ["beta", [1.2, 0.8]]],
    [["beta", [40, 60]], ["beta", [38, 63]]],
    [["laplace", [0.2, 1.1]], ["laplace", [-1, 0.6]]],
    [["laplace", [0.2, 1.1]], ["laplace", [0.2, 2]]],
    [["cauchy", [0.2, 1.1]], ["cauchy", [-1, 0.6]]],
    [["gumbel", [0.5, 1.2]], ["gumbel", [-0.3, 1.6]]],
    [["weibull", [1.7, 2]], ["weibull", [1.2, 1.5]]],
    [["uniform", [-1, 2]], ["uniform", [-2, 5]]],
    [["bernoulli", [0.3]], ["bernoulli", [0.8]]],
    [["bernoulli", [0.3]], ["bernoulliLogits", [1.5]]],
    [["bernoulliLogits", [-2]], ["bernoulliLogits", [1.5]]],
    [["categorical", [[0.2, 0.5, 0.3]]], ["categorical", [[0.6, 0.1, 0.3]]]],
    [["categorical", [[0.0, 0.7, 0.3]]], ["categorical", [[0.6, 0.1, 0.3]]]],
    [["categoricalLogits", [[0.2, 3, -1]]], ["categoricalLogits", [[1, 0, 0.5]]]],
    [["categorical", [[0.2, 0.5, 0.3]]], ["categoricalLogits", [[1, 0, 0.5]]]],
    [["binomial", [7, 0.3]], ["binomial", [7, 0.55]]],
    [["binomialLogits", [7, -0.4]], ["binomial", [7, 0.55]]],
    [["geometric", [0.3]], ["geometric", [0.6]]],
    [["poisson", [3.5]], ["poisson", [1.2]]],
    [["poissonLog", [1.1]], ["poisson", [5]]],
    [["dirichlet", [[1.5, 2, 0.7]]], ["dirichlet", [[0.9, 4, 2]]]],
]
vectors = [
    [[[0.5, -1], {"covariance": [[2, 0.6], [0.6, 1]]}], [[0, 0.3], {"precision": [[1.5, -0.3], [-0.3, 0.8]]}]],
    [[[0.5, -1], {"choleskyFactor": [[1.2, 0], [-0.5, 0.7]]}], [[0, 0.3], {"covariance": [[2, 0.6], [0.6, 1]]}]],
    [
        [[0.5, -1, 2], {"factor": [[0.8], [-0.3], [1]], "diagonal": [0.5, 1, 2]}],
        [[0, 0, 0], {"factor": [[0.1], [0.3], [-1]], "diagonal": [1, 0.4, 0.9]}],
    ],
]

rows = []
for pair in pairs:
    ours, theirs = by_definition(pair), by_torch(pair)
    assert ours is not None or theirs is not None, pair
    if ours is not None and theirs is not None:
        assert abs(float(ours) - theirs) < 1e-11 * max(1, abs(theirs)), (pair, ours, theirs)
    source = "mpmath" if ours is not None else "torch"
    rows.append({"p": pair[0], "q": pair[1], "value": float(ours) if ours is not None else theirs, "source": source})
for (m, s), (n, t) in vectors:
    value = float(td.kl_divergence(vector(m, s), vector(n, t)))
    name = "multivariateNormal"
    rows.append({"p": [name, [m, s]], "q": [name, [n, t]], "value": value, "source": "torch"})
assert all(math.isfinite(row["value"]) for row in rows)

out = pathlib.Path(__file__).parents[2] / "test/known/divergences.json"
note = "Written by scripts/reference/divergences.py: nats."
out.write_text(json.dumps({"note": note, "rows": rows}, indent=1) + "\n")
