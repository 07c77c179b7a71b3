"""Writes test/known/distributions/vectors.json: log-densities of vectors to hold the distributions against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python -P scripts/reference/vectors.py

Every value is the textbook formula with 80 digits (mpmath); where scipy has the distribution, the two must agree to 1e-11 (relative
or absolute), and the script stops where they do not. Infinite values are written as "inf" and "-inf".
"""

import json
import math
import pathlib
import warnings

import mpmath as mp
import numpy as np
import scipy
from scipy import stats

mp.mp.dps = 80
warnings.simplefilter("ignore")


def log(x):
    return mp.log(x) if x > 0 else -mp.inf


def xlog(k, x):
    """k log x, 0 for 0 log 0."""
    return mp.mpf(0) if k == 0 else k * log(x)


def dirichlet(x, a):
    density = mp.loggamma(mp.fsum(a)) - mp.fsum(mp.loggamma(each) for each in a)
    return density + mp.fsum(xlog(mp.mpf(b) - 1, mp.mpf(each)) for each, b in zip(x, a))


def normal_vector(x, loc, c):
    """With covariance c, a matrix of mpmath."""
    d = mp.matrix([mp.mpf(a) - mp.mpf(b) for a, b in zip(x, loc)])
    return -(d.T * mp.inverse(c) * d)[0] / 2 - log(mp.det(c)) / 2 - len(x) * log(2 * mp.pi) / 2


def low_rank(f, d):
    return mp.matrix(f) * mp.matrix(f).T + mp.diag(d)


def pairs(*cases):
    return [(parameters, x) for parameters, values in cases for x in values]


def uneven(weights):
    """Weights made probabilities that sum to 1 exactly in binary."""
    total = sum(weights)
    first = [round(w / total * 2**40) / 2**40 for w in weights[:-1]]
    return first + [1 - sum(first)]


MATRIX = [[4, 1, 0.5], [1, 2, -0.25], [0.5, -0.25, 1]]
STIFF = [[1, 0.999, 0.5], [0.999, 1, 0.499], [0.5, 0.499, 1]]
LOWER = [[2, 0, 0], [0.5, 1.5, 0], [-0.25, 0.4, 0.75]]
TALL = [[1, 0.5], [-0.5, 2], [0.25, 1]]
PLACES = [[0, 0, 0], [1, -2, 3], [-4, 5, 2.5], [1e3, -2, 0.125]]

SHARES = [uneven(w) for w in ([1, 1, 1], [1, 5, 14], [1e-9, 3, 2], [200, 1, 3e-4])]

# name: (mpmath formula of (x, *parameters), scipy or None, rows of (parameters, x))
TABLE = {
    "dirichlet": (
        dirichlet,
        lambda x, a: stats.dirichlet.logpdf(x, a),
        pairs(
            *[((a,), SHARES) for a in ([1, 1, 1], [0.7, 2, 3.5], [1e-3, 0.5, 40], [1e6, 2e6, 5e5], [1e-8, 1e-8, 1])],
            *[((a,), [[0, 1], [0.25, 0.75], [1, 0]]) for a in ([1, 1], [2, 3], [1, 3])],
        ),
    ),
    "multivariateNormal, precision": (
        lambda x, loc, p: normal_vector(x, loc, mp.inverse(mp.matrix(p))),
        lambda x, loc, p: stats.multivariate_normal.logpdf(x, loc, np.linalg.inv(p)),
        pairs((([1, -2, 3], MATRIX), PLACES), (([0, 0, 0], STIFF), PLACES)),
    ),
    "multivariateNormal, choleskyFactor": (
        lambda x, loc, l: normal_vector(x, loc, mp.matrix(l) * mp.matrix(l).T),
        lambda x, loc, l: stats.multivariate_normal.logpdf(x, loc, l @ l.T),
        pairs((([1, -2, 3], LOWER), PLACES)),
    ),
    "multivariateNormal, low rank": (
        lambda x, loc, f, d: normal_vector(x, loc, low_rank(f, d)),
        lambda x, loc, f, d: stats.multivariate_normal.logpdf(x, loc, f @ f.T + np.diag(d)),
        pairs((([1, -2, 3], TALL, [0.5, 1, 2]), PLACES), (([0, 0, 0], TALL, [0.01, 30, 2]), PLACES)),
    ),
}


def number(x):
    x = float(x)
    return x if math.isfinite(x) else ("inf" if x > 0 else "-inf")


def row(name, formula, peer, parameters, x):
    exact = formula(x, *parameters)
    if peer is not None:
        other = mp.mpf(float(peer(np.array(x, dtype=float), *[np.array(p, dtype=float) for p in parameters])))
        scale = max(1, abs(exact)) if mp.isfinite(exact) else 1
        if not (exact == other or abs(exact - other) < mp.mpf("1e-11") * scale):
            raise SystemExit(f"{name}{parameters} at {x}: mpmath {mp.nstr(exact, 17)}, scipy {mp.nstr(other, 17)}")
    return {"parameters": parameters, "x": x, "logProb": number(exact)}


rows = {
    name: [row(name, formula, peer, list(parameters), x) for parameters, x in cases]
    for name, (formula, peer, cases) in TABLE.items()
}
target = pathlib.Path(__file__).parents[2] / "test/known/distributions/vectors.json"
source = f"mpmath {mp.__version__} with {mp.mp.dps} digits, scipy {scipy.__version__}; scripts/reference/vectors.py"
with target.open("w") as file:
    file.write('{\n  "source": ' + json.dumps(source) + ',\n  "rows": {\n')
    parts = []
    for name, values in rows.items():
        lines = ",\n      ".join(json.dumps(value) for value in values)
        parts.append(f'    "{name}": [\n      {lines}\n    ]')
    file.write(",\n".join(parts) + "\n  }\n}\n")
