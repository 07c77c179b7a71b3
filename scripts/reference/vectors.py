"""Writes test/known/distributions/vectors.json: log-densities of vectors to hold the distributions against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python -P scripts/reference/vectors.py

Every value is the textbook formula with 80 digits (mpmath); where scipy has the distribution, the two must agree to 1e-9 (relative
or absolute), and the script stops where they do not (scipy's t has too few digits from a million degrees
of freedom on). Infinite values are written as "inf" and "-inf".
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


def multinomial(x, n, p):
    if sum(x) != n or any(k < 0 or k != int(k) for k in x):
        return -mp.inf
    p = [mp.mpf(each) for each in p]
    ways = mp.loggamma(n + 1) - mp.fsum(mp.loggamma(k + 1) for k in x)
    return ways + mp.fsum(xlog(k, each / mp.fsum(p)) for k, each in zip(x, p))


def dirichlet_multinomial(x, n, a):
    a = [mp.mpf(each) for each in a]
    total = mp.fsum(a)
    ways = mp.loggamma(n + 1) + mp.loggamma(total) - mp.loggamma(n + total)
    return ways + mp.fsum(mp.loggamma(k + b) - mp.loggamma(k + 1) - mp.loggamma(b) for k, b in zip(x, a))


def student_vector(x, df, loc, c):
    d = mp.matrix([mp.mpf(a) - mp.mpf(b) for a, b in zip(x, loc)])
    c, n, df = mp.matrix(c), len(x), mp.mpf(df)
    distance = (d.T * mp.inverse(c) * d)[0]
    top = mp.loggamma((df + n) / 2) - mp.loggamma(df / 2) - n * log(df * mp.pi) / 2 - log(mp.det(c)) / 2
    return top - (df + n) / 2 * log(1 + distance / df)


def matrix_normal(x, loc, rows, columns):
    """With the covariance of the rows and the precision of the columns, as one normal vector."""
    rows, columns = mp.matrix(rows), mp.inverse(mp.matrix(columns))
    n, p = rows.rows, columns.rows
    both = mp.matrix(n * p, n * p)
    for i in range(n * p):
        for j in range(n * p):
            both[i, j] = rows[i // p, j // p] * columns[i % p, j % p]
    return normal_vector([b for a in x for b in a], [b for a in loc for b in a], both)


def normal(x, mean, scale):
    return -(((mp.mpf(x) - mean) / scale) ** 2) / 2 - log(scale) - log(2 * mp.pi) / 2


def series(x, coefficients, scales, constant, past, from_step):
    """Steps from number from_step on, each given the p before it; past stands before the series."""
    path, p = list(past) + list(x), len(coefficients)
    total = mp.mpf(0)
    for t in range(from_step, len(x)):
        here = t + len(past)
        mean = mp.mpf(constant) + mp.fsum(mp.mpf(c) * mp.mpf(path[here - 1 - k]) for k, c in enumerate(coefficients))
        total += normal(path[here], mean, mp.mpf(scales[t - from_step] if isinstance(scales, list) else scales))
    return total


def stationary(x, phi, scale, constant):
    phi, scale, constant = mp.mpf(phi[0]), mp.mpf(scale), mp.mpf(constant)
    first = normal(x[0], constant / (1 - phi), scale / mp.sqrt(1 - phi**2))
    return first + series(x, [phi], scale, constant, [], 1)


def low_rank(f, d):
    return mp.matrix(f) * mp.matrix(f).T + mp.diag(d)


def shares(logits):
    return [mp.exp(mp.mpf(each)) for each in logits]


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
SERIES = [[0.5, 1, -0.25, 2], [3, 0, 0, 1], [-100, 1e3, 5, 0]]
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
    "multinomial": (
        multinomial,
        lambda x, n, p: stats.multinomial.logpmf(x, n, p),
        pairs(
            *[((7, p), [[2, 3, 2], [0, 7, 0], [7, 0, 0], [2, 3, 3]]) for p in ([0.25, 0.5, 0.25], [0, 0.75, 0.25])],
            ((0, [0.5, 0.5]), [[0, 0]]),
            ((1000000, [0.25, 0.5, 0.25]), [[250000, 500000, 250000], [249000, 500400, 250600]]),
        ),
    ),
    "multinomialLogits": (
        lambda x, n, logits: multinomial(x, n, shares(logits)),
        None,
        pairs(
            ((7, [0.2, 1.5, -0.3]), [[2, 3, 2], [0, 7, 0], [7, 0, 0], [2, 3, 3]]),
            ((7, [800, 0, -800]), [[2, 3, 2], [0, 7, 0], [7, 0, 0]]),
            ((100000, [0.2, 1.5, -0.3]), [[19000, 69000, 12000]]),
        ),
    ),
    "dirichletMultinomial": (
        dirichlet_multinomial,
        lambda x, n, a: stats.dirichlet_multinomial.logpmf(x, a, n),
        pairs(
            *[((7, a), [[2, 3, 2], [0, 7, 0], [7, 0, 0]]) for a in ([0.7, 2, 3.5], [1e-3, 1, 40], [1e5, 2e5, 1e5])],
            ((0, [0.5, 0.5]), [[0, 0]]),
            ((100000, [0.7, 2, 3.5]), [[19000, 69000, 12000], [0, 0, 100000]]),
        ),
    ),
    "multivariateStudentT": (
        student_vector,
        lambda x, df, loc, c: stats.multivariate_t.logpdf(x, loc, c, df) if df < 1e6 else None,
        pairs(*[((df, [1.0, -2.0, 3.0], MATRIX), PLACES) for df in (0.1, 1.0, 7.5, 1e4, 1e9)]),
    ),
    "matrixNormal": (
        matrix_normal,
        lambda x, loc, u, v: stats.matrix_normal.logpdf(x, loc, u, np.linalg.inv(v)),
        pairs(
            (([[1, -1, 0.5], [0, 2, 1]], [[2, 0.3], [0.3, 0.5]], MATRIX), [[[0, 0, 0], [1, 2, -1]], [[9, -4, 3], [0.1, 2, 30]]]),
        ),
    ),
    "gaussianRandomWalk": (
        lambda x, scale, start, drift: series(x, [1], scale, drift, [start], 0),
        None,
        pairs(*[((scale, 0.5, -0.25), SERIES) for scale in (0.75, 1e-3, 40)]),
    ),
    "gaussianRandomWalk, first": (
        lambda x, scales, deviation: normal(x[0], 1, deviation) + series(x, [1], scales, 0, [], 1),
        None,
        pairs((([0.75, 1, 2], 3), SERIES)),
    ),
    "autoregressive": (
        lambda x, c, scale, past, constant: series(x, c, scale, constant, past, 0),
        None,
        pairs((([0.625, -0.25], 0.75, [1, 2], 0.5), SERIES), (([1.5, -0.9], 1e-2, [1, 2], 0), SERIES)),
    ),
    "autoregressive, stationary": (
        stationary,
        None,
        pairs((([0.625], 0.75, 0.5), SERIES), (([-0.99], 0.75, 3), SERIES)),
    ),
    "autoregressive, first": (
        lambda x, c, scale, deviation: normal(x[0], 1, deviation)
        + normal(x[1], 1, deviation)
        + series(x, c, scale, 0, [], 2),
        None,
        pairs((([0.625, -0.25], 0.75, 3), SERIES)),
    ),
}


def number(x):
    x = float(x)
    return x if math.isfinite(x) else ("inf" if x > 0 else "-inf")


def row(name, formula, peer, parameters, x):
    exact = formula(x, *parameters)
    if peer is not None:
        other = peer(np.array(x, dtype=float), *[p if isinstance(p, (int, float)) else np.array(p, dtype=float) for p in parameters])
        other = exact if other is None else mp.mpf(float(other))
        scale = max(1, abs(exact)) if mp.isfinite(exact) else 1
        if not (exact == other or abs(exact - other) < mp.mpf("1e-9") * scale):
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
