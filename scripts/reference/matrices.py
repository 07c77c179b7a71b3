"""Writes test/known/distributions/matrices.json: log-densities of distributions over matrices and over bounded vectors.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python scripts/reference/matrices.py

Every value is mpmath's, from the textbook formula with 60 digits. Those of Wishart and inverse Wishart matrices are compared with
scipy's (to 1e-9), the normaliser of LKJ, which is Lewandowski, Kurowicka & Joe 2009, eq. 16, with numerical integrals for two and three
rows (to 1e-6).
"""

import json
import math
import pathlib

import mpmath as mp
import numpy as np
import scipy
from scipy import integrate, stats

mp.mp.dps = 60


def log_det(a):
    return mp.log(mp.det(mp.matrix(a)))


def lkj_normaliser(d, eta):
    """log of the integral of det(R)^(eta - 1): eq. 16."""
    powers = sum((2 * eta - 2 + d - k) * (d - k) for k in range(1, d))
    betas = sum((d - k) * mp.log(mp.beta(eta + mp.mpf(d - k - 1) / 2, eta + mp.mpf(d - k - 1) / 2)) for k in range(1, d))
    return powers * mp.log(2) + betas


def lkj(x, eta):
    return (eta - 1) * log_det(x) - lkj_normaliser(len(x), eta)


def lkj_cholesky(x, eta):
    d = len(x)
    return sum((d - k + 2 * eta - 2) * mp.log(x[k - 1][k - 1]) for k in range(2, d + 1)) - lkj_normaliser(d, eta)


def log_multigamma(a, p):
    return mp.mpf(p * (p - 1)) / 4 * mp.log(mp.pi) + sum(mp.loggamma(a - mp.mpf(i) / 2) for i in range(p))


def trace_of(a):
    return sum(a[i, i] for i in range(a.rows))


def wishart(x, df, scale):
    p = len(x)
    v, m = mp.matrix(scale), mp.matrix(x)
    return (
        (df - p - 1) / 2 * mp.log(mp.det(m))
        - trace_of(mp.inverse(v) * m) / 2
        - df * p / 2 * mp.log(2)
        - df / 2 * mp.log(mp.det(v))
        - log_multigamma(df / 2, p)
    )


def inverse_wishart(x, df, scale):
    p = len(x)
    v, m = mp.matrix(scale), mp.matrix(x)
    return (
        df / 2 * mp.log(mp.det(v))
        - df * p / 2 * mp.log(2)
        - log_multigamma(df / 2, p)
        - (df + p + 1) / 2 * mp.log(mp.det(m))
        - trace_of(v * mp.inverse(m)) / 2
    )


def wishart_cholesky(x, df, scale):
    p = len(x)
    m = mp.matrix(x)
    square = (m * m.T).tolist()
    jacobian = p * mp.log(2) + sum((p - k) * mp.log(x[k][k]) for k in range(p))
    return wishart(square, df, scale) + jacobian


def normal(x, loc, scale):
    return -(((x - loc) / scale) ** 2) / 2 - mp.log(scale) - mp.log(2 * mp.pi) / 2


def zero_sum_normal(x, scale):
    """n - 1 independent normals in the coordinates of Helmert's basis of the vectors that sum to 0."""
    n = len(x)
    z = [(sum(x[:k]) - k * x[k]) / mp.sqrt(k * (k + 1)) for k in range(1, n)]
    return sum(normal(each, 0, scale) for each in z)


def ordered_normal(x, loc, scale):
    return mp.log(mp.factorial(len(x))) + sum(normal(each, loc, scale) for each in x)


def ordered_exponential(x, rate):
    return mp.log(mp.factorial(len(x))) + sum(mp.log(rate) - rate * each for each in x)


def ordered_uniform(x, low, high):
    return mp.log(mp.factorial(len(x))) - len(x) * mp.log(high - low)


def uniform_sphere(x, n):
    return mp.loggamma(n / 2) - mp.log(2) - n / 2 * mp.log(mp.pi)


def zero(x, *_):
    return mp.mpf(0)


R3 = [((1, 0, 0), (0, 1, 0), (0, 0, 1)), ((1, 0.5, -0.25), (0.5, 1, 0.125), (-0.25, 0.125, 1)), ((1, 0.99, 0.9), (0.99, 1, 0.875), (0.9, 0.875, 1))]
R2 = [((1, 0.75), (0.75, 1)), ((1, -0.999), (-0.999, 1))]
R5 = [tuple(tuple(1 if i == j else (-0.5) ** abs(i - j) for j in range(5)) for i in range(5))]
ETAS = (0.05, 0.5, 1, 2.5, 40, 1e4)


def factor(r):
    return np.linalg.cholesky(np.array(r)).tolist()


V2 = ((2, 0.5), (0.5, 1))
V3 = ((4, 1, 0.5), (1, 2, -0.25), (0.5, -0.25, 1))
X2 = [((1, 0), (0, 1)), ((3, -1), (-1, 5)), ((1e-3, 0), (0, 1e3))]
X3 = [((3, 0.5, 0.25), (0.5, 4, -1), (0.25, -1, 2)), ((50, 10, 5), (10, 20, 0), (5, 0, 9))]
WISHARTS = [((df, V2), x) for df in (1.5, 3, 20.5) for x in X2] + [((df, V3), x) for df in (2.25, 5, 1000) for x in X3]
ONE = [((df, ((2,),)), ((x,),)) for df in (0.5, 4) for x in (0.1, 7)]


def scaled(cases, by):
    return [((df, v), tuple(tuple(e * by for e in r) for r in x)) for (df, v), x in cases]


FAR = [((1e6, V2), ((2000100, 500200), (500200, 999000)))]
FAR_INVERSE = [((1e6, V2), ((2e-6, 5e-7), (5e-7, 1.001e-6)))]

# name: (formula, rows of (parameters, x))
TABLE = {
    "lkj": (lkj, [((eta,), r) for eta in ETAS for r in R3]),
    "lkj, of two": (lkj, [((eta,), r) for eta in ETAS for r in R2]),
    "lkj, of five": (lkj, [((eta,), r) for eta in ETAS for r in R5]),
    "lkjCholesky": (lkj_cholesky, [((eta,), factor(r)) for eta in ETAS for r in R3]),
    "lkjCholesky, of two": (lkj_cholesky, [((eta,), factor(r)) for eta in ETAS for r in R2]),
    "lkjCholesky, of five": (lkj_cholesky, [((eta,), factor(r)) for eta in ETAS for r in R5]),
    "wishart": (wishart, WISHARTS + ONE + FAR),
    "wishartCholesky": (wishart_cholesky, [(p, factor(x)) for p, x in WISHARTS + ONE + FAR]),
    "inverseWishart": (inverse_wishart, scaled(WISHARTS + ONE, 1 / 8) + WISHARTS + FAR_INVERSE),
    "zeroSumNormal": (
        zero_sum_normal,
        [((s,), x) for s in (0.25, 1, 1e3) for x in ((0, 0, 0, 0), (1.5, -0.5, -2, 1), (1024, -1024, 3, -3))],
    ),
    "ordered": (ordered_normal, [((loc, s), x) for loc, s in ((0, 1), (-2, 0.5)) for x in ((-1, 0.5, 2), (0, 0, 30))]),
    "ordered, positive": (ordered_exponential, [((rate,), x) for rate in (0.5, 2) for x in ((0.25, 0.5, 2), (0, 1e-3, 40))]),
    "ordered, between": (ordered_uniform, [((-1, 2.5), x) for x in ((-0.5, 0.25, 2), (-1, 0, 2.5))]),
    "uniformSphere": (uniform_sphere, [((len(x),), x) for x in ((0.6, -0.8), (0, 0, 1), (0.5, 0.5, -0.5, 0.5), (0.25,) * 16)]),
    "flat": (zero, [((), 0), ((), -1e9), ((), 1e300)]),
    "flatOn": (zero, [((), (0.25, 0.5, 0.25))]),
}


def exact(value):
    """The same numbers, as mpmath's."""
    return [exact(each) for each in value] if isinstance(value, (tuple, list)) else mp.mpf(value)


def check_normaliser():
    for eta in (0.5, 1, 2.5):
        two, _ = integrate.quad(lambda r: (1 - r * r) ** (eta - 1), -1, 1)
        assert abs(math.log(two) - float(lkj_normaliser(2, mp.mpf(eta)))) < 1e-6, eta

    def inner(a, b, eta):
        """The integral over the third correlation, substituted to -1 … 1."""
        half = math.sqrt((1 - a * a) * (1 - b * b))
        return half ** (2 * eta - 1) * math.sqrt(math.pi) * math.gamma(eta) / math.gamma(eta + 0.5)

    for eta in (1, 2.5):
        three, _ = integrate.dblquad(lambda a, b: inner(a, b, eta), -1, 1, -1, 1)
        assert abs(math.log(three) - float(lkj_normaliser(3, mp.mpf(eta)))) < 1e-6, eta


def check_scipy(name, parameters, x, value):
    df, scale = parameters
    family = {"wishart": stats.wishart, "inverseWishart": stats.invwishart}[name]
    theirs = family.logpdf(np.array(x), df, np.array(scale))
    assert abs(theirs - value) <= 1e-9 * max(1, abs(value)), (name, parameters, x, theirs, value)


def row(name, parameters, x):
    value = float(TABLE[name][0](exact(x), *exact(parameters)))
    if name in ("wishart", "inverseWishart"):
        check_scipy(name, parameters, x, value)
    return {"parameters": parameters, "x": x, "logProb": value, "from": "mpmath"}


def main():
    check_normaliser()
    rows = {name: [row(name, *case) for case in cases] for name, (_, cases) in TABLE.items()}
    head = {
        "what": "log-densities written by scripts/reference/matrices.py",
        "versions": {"scipy": scipy.__version__, "numpy": np.__version__, "mpmath": mp.__version__},
        "from": "mpmath at 60 digits; Wishart and inverse Wishart agree with scipy to 1e-9",
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    parts = []
    for name, each in rows.items():
        body = ",\n".join(f"   {json.dumps(one)}" for one in each)
        parts.append(f'  "{name}": [\n{body}\n  ]')
    text = "{\n" + "\n".join(lines) + '\n "rows": {\n' + ",\n".join(parts) + "\n }\n}\n"
    path = pathlib.Path(__file__).parents[2] / "test" / "known" / "distributions" / "matrices.json"
    path.write_text(text)
    for name, each in rows.items():
        print(name, len(each))


main()
