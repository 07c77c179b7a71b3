"""Writes test/known/distributions/first.json: log-densities to hold the distributions against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python scripts/reference/distributions.py

Every value is worked out twice: by scipy, and by mpmath from the textbook formula with 80 digits. Where the two agree to 1e-13
(relative or absolute) the row keeps scipy's value and says "scipy"; else, in tails and at extreme parameters where scipy loses
digits, it keeps mpmath's and says "mpmath". Infinite values are written as "inf" and "-inf".
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
INF = mp.inf


def log(x):
    return mp.log(x) if x > 0 else -INF


def xlog(k, x):
    """k log x, 0 for 0 log 0."""
    return mp.mpf(0) if k == 0 else k * log(x)


def normal(x, loc, scale):
    return -(((x - loc) / scale) ** 2) / 2 - log(scale) - log(2 * mp.pi) / 2


def half(density):
    return lambda x, loc, scale: density(x, loc, scale) + log(mp.mpf(2)) if x >= loc else -INF


def lognormal(x, loc, scale):
    return normal(log(x), loc, scale) - log(x) if x > 0 else -INF


def student_t(x, df, loc, scale):
    z = (x - loc) / scale
    top = mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) - log(df * mp.pi) / 2 - log(scale)
    return top - (df + 1) / 2 * log(1 + z * z / df)


def cauchy(x, loc, scale):
    return -log(mp.pi * scale) - log(1 + ((x - loc) / scale) ** 2)


def exponential(x, rate):
    return log(rate) - rate * x if x >= 0 else -INF


def gamma(x, a, rate):
    if x < 0:
        return -INF
    if x == 0:
        return INF if a < 1 else log(rate) if a == 1 else -INF
    return a * log(rate) - mp.loggamma(a) + (a - 1) * log(x) - rate * x


def inverse_gamma(x, a, scale):
    if x <= 0:
        return -INF
    return a * log(scale) - mp.loggamma(a) - (a + 1) * log(x) - scale / x


def beta(x, a, b):
    if x < 0 or x > 1:
        return -INF
    for edge, power, other in ((0, a, b), (1, b, a)):
        if x == edge:
            return INF if power < 1 else log(other) if power == 1 else -INF
    return (a - 1) * log(x) + (b - 1) * log(1 - x) - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b)


def uniform(x, low, high):
    return -log(high - low) if low <= x <= high else -INF


def laplace(x, loc, scale):
    return -abs(x - loc) / scale - log(2 * scale)


def whole(x):
    return x >= 0 and x == mp.floor(x)


def bernoulli(x, p):
    return log(p) if x == 1 else log(1 - p) if x == 0 else -INF


def logistic(logit):
    return 1 / (1 + mp.exp(-logit)), 1 / (1 + mp.exp(logit))


def bernoulli_logits(x, logit):
    p, q = logistic(logit)
    return log(p) if x == 1 else log(q) if x == 0 else -INF


def binomial_of(x, n, p, q):
    if not whole(x) or x > n:
        return -INF
    ways = mp.loggamma(n + 1) - mp.loggamma(x + 1) - mp.loggamma(n - x + 1)
    return ways + xlog(x, p) + xlog(n - x, q)


def poisson(x, rate):
    return xlog(x, rate) - rate - mp.loggamma(x + 1) if whole(x) else -INF


def negative_binomial(x, mean, phi):
    if not whole(x):
        return -INF
    ways = mp.loggamma(x + phi) - mp.loggamma(phi) - mp.loggamma(x + 1)
    return ways + xlog(x, mean / (mean + phi)) + phi * log(phi / (mean + phi))


def categorical(x, p):
    return log(p[int(x)]) if whole(x) and x < len(p) else -INF


def categorical_logits(x, logits):
    if not whole(x) or x >= len(logits):
        return -INF
    return logits[int(x)] - log(sum(mp.exp(each) for each in logits))


def multivariate_normal(x, loc, covariance):
    d = mp.matrix([a - b for a, b in zip(x, loc)])
    c = mp.matrix(covariance)
    return -(d.T * mp.inverse(c) * d)[0] / 2 - log(mp.det(c)) / 2 - len(x) * log(2 * mp.pi) / 2


def about(loc, scale, *steps):
    return [loc + scale * step for step in steps]


SPREAD = (-30, -3, -0.5, 0, 0.1, 1, 8)
COUNTS = (-1, 0, 0.5, 1, 2, 7, 40)


def pairs(cases):
    return [(parameters, x) for parameters, values in cases for x in values]


# name: (mpmath, scipy, rows of (parameters, x))
TABLE = {
    "normal": (
        normal,
        lambda x, loc, scale: stats.norm.logpdf(x, loc, scale),
        pairs([(p, about(*p, *SPREAD)) for p in ((0, 1), (-2, 0.5), (3, 1e3), (0.1, 1e-6))] + [((0, 1), [1e5, 1e150])]),
    ),
    "halfNormal": (
        half(normal),
        lambda x, loc, scale: stats.halfnorm.logpdf(x, loc, scale),
        pairs([(p, about(*p, -1, 0, 1e-6, 0.5, 3, 40)) for p in ((0, 1), (0, 5), (-2, 0.5), (3, 1e3))]),
    ),
    "lognormal": (
        lognormal,
        lambda x, loc, scale: stats.lognorm.logpdf(x, scale, scale=np.exp(loc)),
        pairs([(p, [-1, 0, 1e-300, 1e-8, 0.3, 1, 2.5, 1e5, 1e200]) for p in ((0, 1), (-2, 0.5), (3, 10))]),
    ),
    "studentT": (
        student_t,
        lambda x, df, loc, scale: stats.t.logpdf(x, df, loc, scale),
        pairs(
            [((df, 0, 1), [-1e8, -3, 0, 1e-9, 0.5, 4, 1e200]) for df in (0.01, 0.5, 1, 4, 30, 1e4, 1e8, 1e15)]
            + [((4, -2, 0.5), about(-2, 0.5, *SPREAD)), ((2.5, 10, 1e3), about(10, 1e3, *SPREAD))]
        ),
    ),
    "cauchy": (
        cauchy,
        lambda x, loc, scale: stats.cauchy.logpdf(x, loc, scale),
        pairs([(p, about(*p, *SPREAD) + [1e9, -1e200]) for p in ((0, 1), (-2, 0.5), (3, 1e3))]),
    ),
    "halfCauchy": (
        half(cauchy),
        lambda x, loc, scale: stats.halfcauchy.logpdf(x, loc, scale),
        pairs([(p, about(*p, -1, 0, 1e-6, 0.5, 1, 3, 40) + [1e9, 1e200]) for p in ((0, 1), (0, 5), (-2, 0.5))]),
    ),
    "exponential": (
        exponential,
        lambda x, rate: stats.expon.logpdf(x, scale=1 / rate),
        pairs([((r,), [-1, -1e-9, 0, 1e-9, 0.3, 1, 25, 1e4]) for r in (1e-3, 0.5, 1, 40)]),
    ),
    "gamma": (
        gamma,
        lambda x, a, rate: stats.gamma.logpdf(x, a, scale=1 / rate),
        pairs(
            [((a, b), [-1, 0, 1e-12, 0.2, 1, 3, 50]) for a in (1e-3, 0.5, 1, 2.5, 7, 14.5, 40) for b in (0.5, 3)]
            + [((1e6, 2), [4.9e5, 5e5, 5.003e5, 1]), ((1e6, 1e6), [0.99, 1, 1.002]), ((1e10, 1), [1e10, 1.00001e10])]
            + [((1e-8, 1), [1e-300, 1e-5, 2])]
        ),
    ),
    "inverseGamma": (
        inverse_gamma,
        lambda x, a, scale: stats.invgamma.logpdf(x, a, scale=scale),
        pairs(
            [((a, b), [-1, 0, 1e-5, 0.2, 1, 3, 1e8]) for a in (1e-3, 0.5, 1, 2.5, 40) for b in (0.5, 3)]
            + [((1e6, 2), [2e-6, 2.003e-6, 1]), ((1e6, 1e6), [0.99, 1, 1.002])]
        ),
    ),
    "beta": (
        beta,
        lambda x, a, b: stats.beta.logpdf(x, a, b),
        pairs(
            [
                ((a, b), [-0.1, 0, 1e-12, 0.2, 0.5, 0.9, 1 - 2.0**-40, 1, 1.1])
                for a, b in ((1, 1), (0.5, 0.5), (1e-3, 2), (2, 3), (1, 3), (3, 1), (40, 2.5), (1e-6, 1e-6))
            ]
            + [((1e6, 1e6), [0.4995, 0.5, 0.501]), ((1e6, 3), [0.5, 0.999997, 1]), ((2, 1e8), [1e-9, 1e-8, 1e-6])]
        ),
    ),
    "uniform": (
        uniform,
        lambda x, low, high: stats.uniform.logpdf(x, low, high - low),
        pairs([((0, 1), [-1e-9, 0, 0.3, 1, 1.001]), ((-5, 20), [-5.1, -5, 0, 20, 21]), ((1, 1.0625), [1, 1.03, 1.07])]),
    ),
    "laplace": (
        laplace,
        lambda x, loc, scale: stats.laplace.logpdf(x, loc, scale),
        pairs([(p, about(*p, *SPREAD) + [1e9]) for p in ((0, 1), (-2, 0.5), (3, 1e3))]),
    ),
    "bernoulli": (
        bernoulli,
        lambda x, p: stats.bernoulli.logpmf(x, p),
        pairs([((p,), [-1, 0, 0.5, 1, 2]) for p in (0, 1e-12, 0.3, 0.5, 0.999, 1)]),
    ),
    "bernoulliLogits": (
        bernoulli_logits,
        lambda x, logit: math.nan if x not in (0, 1) else -np.logaddexp(0, -logit if x == 1 else logit),
        pairs([((l,), [-1, 0, 0.5, 1, 2]) for l in (-800, -40, -1.5, 0, 0.25, 20, 800)]),
    ),
    "binomial": (
        lambda x, n, p: binomial_of(x, n, p, 1 - p),
        lambda x, n, p: stats.binom.logpmf(x, n, p),
        pairs(
            [((n, p), COUNTS) for n in (0, 1, 7, 40) for p in (0, 1e-12, 0.3, 0.5, 1)]
            + [((1e6, 0.5), [499000, 500000, 500100]), ((1e6, 1e-12), [0, 1, 3]), ((1e6, 0.999999), [1e6, 999998, 5])]
        ),
    ),
    "binomialLogits": (
        lambda x, n, logit: binomial_of(x, n, *logistic(logit)),
        lambda x, n, logit: stats.binom.logpmf(x, n, 1 / (1 + np.exp(-logit))),
        pairs(
            [((n, l), COUNTS) for n in (1, 7, 40) for l in (-800, -61, -40, -1.5, 0, 0.25, 20, 75, 800)]
            + [((1e6, 0.01), [499000, 500000, 502100]), ((1e6, -30), [0, 1, 3])]
        ),
    ),
    "poisson": (
        poisson,
        lambda x, rate: stats.poisson.logpmf(x, rate),
        pairs(
            [((r,), COUNTS) for r in (0, 1e-12, 0.3, 1, 7.5, 200)]
            + [((1e6,), [0, 998000, 1e6, 1003000]), ((1e10,), [1e10, 10000200000])]
        ),
    ),
    "poissonLog": (
        lambda x, l: poisson(x, mp.exp(l)),
        lambda x, l: stats.poisson.logpmf(x, np.exp(l)),
        pairs([((l,), COUNTS) for l in (-800, -61, -30, -1.5, 0, 2, 6)] + [((13.5,), [7e5, 729416, 7.3e5])]),
    ),
    "negativeBinomial": (
        negative_binomial,
        lambda x, mean, phi: stats.nbinom.logpmf(x, phi, phi / (mean + phi)),
        pairs(
            [((m, phi), COUNTS) for m in (0, 1e-9, 0.7, 12) for phi in (1e-3, 0.5, 3, 100)]
            + [((12, 1e10), [0, 12, 40]), ((1e6, 1e6), [0, 1e6, 1003000]), ((1e6, 0.1), [0, 5, 1e6])]
        ),
    ),
    "categorical": (
        categorical,
        lambda x, p: np.log(p[int(x)]) if x in range(len(p)) else math.nan,
        pairs([(((0.25, 0.5, 0.25),), [-1, 0, 1, 2, 3, 0.5]), (((0, 1, 0),), [0, 1, 2]), (((1,),), [0, 1])]),
    ),
    "categoricalLogits": (
        categorical_logits,
        lambda x, l: (np.array(l) - np.logaddexp.reduce(l))[int(x)] if x in range(len(l)) else math.nan,
        pairs([(((0.3, -1, 2),), [-1, 0, 1, 2, 3, 0.5]), (((800, 0, -800),), [0, 1, 2]), (((5,),), [0, 1])]),
    ),
    "multivariateNormal": (
        multivariate_normal,
        lambda x, loc, c: stats.multivariate_normal.logpdf(x, loc, c),
        pairs(
            [
                (((0, 0), ((1, 0.5), (0.5, 2))), [(0, 0), (1, -1), (30, 20)]),
                (((1, -2, 3), ((4, 1, 0.5), (1, 2, -0.25), (0.5, -0.25, 1))), [(1, -2, 3), (0, 0, 0), (-10, 5, 2.5)]),
                (((0.5,), ((0.25,),)), [(0,), (3,)]),
                (((0, 0), ((1, 0.99999), (0.99999, 1))), [(1, 1), (1, -1)]),
            ]
        ),
    ),
}


def exact(value):
    """The same numbers, as mpmath's."""
    return [exact(each) for each in value] if isinstance(value, (tuple, list)) else mp.mpf(value)


def encode(value):
    return value if math.isfinite(value) else "inf" if value > 0 else "-inf"


def row(name, parameters, x):
    by_formula, by_scipy, _ = TABLE[name]
    truth = by_formula(exact(x), *exact(parameters))
    try:
        theirs = float(by_scipy(x, *parameters))
    except (ValueError, IndexError, np.linalg.LinAlgError):
        theirs = math.nan
    value = float(truth)
    agrees = theirs == value or abs(theirs - value) <= 1e-13 * max(1, abs(value))
    return {
        "parameters": parameters,
        "x": x,
        "logProb": encode(theirs if agrees else value),
        "from": "scipy" if agrees else "mpmath",
    }


def main():
    rows = {name: [row(name, *case) for case in cases] for name, (_, _, cases) in TABLE.items()}
    head = {
        "what": "log-densities written by scripts/reference/distributions.py",
        "versions": {"scipy": scipy.__version__, "numpy": np.__version__, "mpmath": mp.__version__},
        "from": "scipy where it agrees to 1e-13 with mpmath at 80 digits, else mpmath",
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    parts = []
    for name, each in rows.items():
        body = ",\n".join(f"   {json.dumps(one)}" for one in each)
        parts.append(f'  "{name}": [\n{body}\n  ]')
    text = "{\n" + "\n".join(lines) + '\n "rows": {\n' + ",\n".join(parts) + "\n }\n}\n"
    path = pathlib.Path(__file__).parents[2] / "test" / "known" / "distributions" / "first.json"
    path.write_text(text)
    for name, each in rows.items():
        print(name, len(each), sum(one["from"] == "mpmath" for one in each))


main()
