"""Writes test/known/distributions/discrete.json (log-probabilities) and test/known/discrete.json (moments and tails).

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python -P scripts/reference/discrete.py

Log-probabilities are worked out by mpmath with 80 digits from the textbook formula, and by scipy where it has the distribution: rows say
"scipy" where the two agree to 1e-13. Tails and moments are sums of probabilities in mpmath until what is left is below 1e-70 of the sum.
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
    return mp.mpf(0) if k == 0 else k * log(x)


def whole(x):
    return x == mp.floor(x)


def counts(f):
    return lambda x, *p: f(x, *p) if x >= 0 and whole(x) else -INF


def choose(n, k):
    return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)


def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


@counts
def bernoulli(x, p):
    return log(p) if x == 1 else log(1 - p) if x == 0 else -INF


@counts
def binomial(x, n, p):
    return choose(n, x) + xlog(x, p) + xlog(n - x, 1 - p) if x <= n else -INF


@counts
def poisson(x, rate):
    return xlog(x, rate) - rate - mp.loggamma(x + 1)


@counts
def categorical(x, p):
    return log(p[int(x)]) if x < len(p) else -INF


@counts
def categorical_logits(x, l):
    return l[int(x)] - log(sum(mp.exp(each) for each in l)) if x < len(l) else -INF


@counts
def beta_binomial(x, n, a, b):
    return choose(n, x) + log_beta(x + a, n - x + b) - log_beta(a, b) if x <= n else -INF


@counts
def negative_binomial_probs(x, n, p):
    return mp.loggamma(x + n) - mp.loggamma(n) - mp.loggamma(x + 1) + n * log(p) + xlog(x, 1 - p)


@counts
def negative_binomial(x, mean, phi):
    ways = mp.loggamma(x + phi) - mp.loggamma(phi) - mp.loggamma(x + 1)
    return ways + phi * log(phi / (mean + phi)) + xlog(x, mean / (mean + phi))


def negative_binomial_log(x, l, phi):
    return negative_binomial(x, mp.exp(l), phi)


@counts
def geometric(x, p):
    return log(p) + xlog(x, 1 - p)


@counts
def hypergeometric(x, population, successes, draws):
    if x > min(draws, successes) or draws - x > population - successes:
        return -INF
    return choose(successes, x) + choose(population - successes, draws - x) - choose(population, draws)


def discrete_uniform(x, low, high):
    return -log(high - low + 1) if whole(x) and low <= x <= high else -INF


def ordered(cdf):
    @counts
    def f(x, eta, cuts):
        if x > len(cuts):
            return -INF
        with mp.workdps(1600):
            below = cdf(cuts[int(x) - 1] - eta) if x > 0 else mp.mpf(0)
            above = cdf(cuts[int(x)] - eta) if x < len(cuts) else mp.mpf(1)
            return log(above - below)

    return f


def logistic(z):
    return 1 / (1 + mp.exp(-z))


def normal_cdf(z):
    return mp.erfc(-z / mp.sqrt(2)) / 2


@counts
def zero_inflated(x, rate, gate):
    rest = (1 - gate) * mp.exp(poisson(x, rate))
    return log(gate + rest if x == 0 else rest)


@counts
def hurdle(x, rate, gate):
    return log(gate) if x == 0 else log(1 - gate) + poisson(x, rate) - log(1 - mp.exp(-rate))


def normal(x, loc, scale):
    return -(((x - loc) / scale) ** 2) / 2 - log(scale) - log(2 * mp.pi) / 2


def mixture(x, one, scale_one, other, scale_other):
    """Of two normals with weights 0.25 and 0.75."""
    return log(mp.exp(normal(x, one, scale_one)) / 4 + 3 * mp.exp(normal(x, other, scale_other)) / 4)


def pairs(cases):
    return [(parameters, x) for parameters, values in cases for x in values]


COUNTS = (-1, 0, 0.5, 1, 2, 7, 40)
NAN = lambda *_: math.nan
CUTS = ((-1.5, -0.2, 0.4, 2), (0.3,), (-40, -39.999, 0, 50))

# name: (mpmath, scipy, rows of (parameters, x))
NEW = {
    "betaBinomial": (
        beta_binomial,
        lambda x, n, a, b: stats.betabinom.logpmf(x, n, a, b),
        pairs(
            [((n, a, b), COUNTS) for n in (0, 1, 7, 40) for a, b in ((1, 1), (0.3, 2.5), (1e-6, 4), (30, 0.02))]
            + [((1000, 1e8, 3e8), [0, 250, 700]), ((1e6, 2, 5), [0, 3e5, 1e6]), ((1e6, 1e6, 1e6), [499000, 5e5])]
            + [((12, 1e15, 1e15), [0, 5, 12])]
        ),
    ),
    "negativeBinomialProbs": (
        negative_binomial_probs,
        lambda x, n, p: stats.nbinom.logpmf(x, n, p),
        pairs(
            [((n, p), COUNTS) for n in (0.01, 1, 3.5, 100) for p in (1e-9, 0.2, 0.5, 0.999, 1)]
            + [((1e6, 0.5), [1e6, 1003000]), ((0.1, 1e-6), [0, 5, 1e6])]
        ),
    ),
    "negativeBinomialLog": (
        negative_binomial_log,
        lambda x, l, phi: stats.nbinom.logpmf(x, phi, phi / (np.exp(l) + phi)),
        pairs(
            [((l, phi), COUNTS) for l in (-800, -61, -1.5, 0, 2.5, 9, 100, 800) for phi in (1e-3, 0.5, 3, 100)]
            + [((2.5, 1e10), [0, 12, 40]), ((13.5, 1e6), [729416, 7.3e5])]
        ),
    ),
    "geometric": (
        geometric,
        lambda x, p: stats.geom.logpmf(x + 1, p),
        pairs([((p,), COUNTS) for p in (1e-12, 0.01, 0.3, 0.5, 0.999, 1)] + [((1e-12,), [1e12, 1e14])]),
    ),
    "hypergeometric": (
        hypergeometric,
        lambda x, population, successes, draws: stats.hypergeom.logpmf(x, population, successes, draws),
        pairs(
            [
                (p, COUNTS)
                for p in ((0, 0, 0), (7, 0, 3), (7, 7, 3), (7, 3, 0), (20, 7, 12), (60, 45, 50), (100, 40, 40))
            ]
            + [((20, 15, 12), [6, 7, 10, 12, 13]), ((1e6, 4e5, 1e3), [0, 400, 437, 1000])]
            + [((1e9, 5e8, 1e6), [499000, 500000, 5e5 + 300])]
        ),
    ),
    "discreteUniform": (
        discrete_uniform,
        lambda x, low, high: stats.randint.logpmf(x, low, high + 1),
        pairs([((0, 5), COUNTS), ((-3, 3), [-4, -3, 0, 2.5, 3, 4]), ((4, 4), [3, 4, 5]), ((0, 1e9), [0, 5e8, 1e9])]),
    ),
    "orderedLogistic": (
        ordered(logistic),
        NAN,
        pairs([((eta, c), range(-1, len(c) + 2)) for c in CUTS for eta in (-700, -30, -0.7, 0, 0.4, 3, 45, 700)]),
    ),
    "orderedProbit": (
        ordered(normal_cdf),
        NAN,
        pairs([((eta, c), range(-1, len(c) + 2)) for c in CUTS for eta in (-30, -0.7, 0, 0.4, 3, 30)]),
    ),
    "zeroInflated": (
        zero_inflated,
        NAN,
        pairs([((rate, gate), COUNTS) for rate in (0, 1e-9, 0.7, 12, 900) for gate in (0, 1e-12, 0.3, 0.999, 1)]),
    ),
    "hurdle": (
        hurdle,
        NAN,
        pairs([((rate, gate), COUNTS) for rate in (1e-9, 0.7, 12, 900) for gate in (0, 1e-12, 0.3, 0.999, 1)]),
    ),
    "mixture": (
        mixture,
        NAN,
        pairs(
            [(p, (-60, -2, -0.1, 0, 0.5, 3, 80)) for p in ((0, 1, 2, 0.5), (-30, 0.01, 30, 0.01), (1, 1, 1, 1))]
            + [((0, 1e-3, 0, 1e3), [0, 0.5, 1e4])]
        ),
    ),
}

# name: (mpmath, first number, last number where there is one, parameters, points)
TAILS = {
    "bernoulli": (bernoulli, 0, lambda *_: 1, [(0,), (1e-12,), (0.3,), (1,)], [0, 0.5, 1]),
    "binomial": (
        binomial,
        0,
        lambda n, p: int(n),
        [(n, p) for n in (0, 1, 12, 60) for p in (0, 1e-12, 0.3, 0.999, 1)] + [(2000, 0.4)],
        [0, 1, 5.5, 11, 12, 40, 59, 800, 1200],
    ),
    "poisson": (poisson, 0, None, [(0,), (1e-12,), (0.3,), (7.5,), (400,)], [0, 1, 2.5, 7, 40, 400, 1500]),
    "negativeBinomial": (
        negative_binomial,
        0,
        None,
        [(0, 2), (1e-9, 0.5), (0.7, 3), (12, 0.5), (12, 100), (40, 1e6)],
        [0, 1, 7, 40, 400],
    ),
    "negativeBinomialLog": (
        negative_binomial_log,
        0,
        None,
        [(-20, 0.5), (0.4, 3), (2.5, 0.5), (3.7, 1e6)],
        [0, 1, 7, 40, 400],
    ),
    "negativeBinomialProbs": (
        negative_binomial_probs,
        0,
        None,
        [(0.5, 0.3), (3, 0.2), (12, 0.999), (2, 1)],
        [0, 1, 7, 40, 400],
    ),
    "geometric": (geometric, 0, None, [(0.02,), (0.3,), (0.999,), (1,)], [0, 1, 7, 40, 4000]),
    "categorical": (
        categorical,
        0,
        lambda p: len(p) - 1,
        [((0.25, 0.5, 0.25),), ((0, 1, 0),), ((1e-300, 0.5, 0.5),)],
        [0, 1, 1.5, 2],
    ),
    "categoricalLogits": (
        categorical_logits,
        0,
        lambda l: len(l) - 1,
        [((0.3, -1, 2),), ((800, 0, -800),)],
        [0, 1, 1.5, 2],
    ),
    "betaBinomial": (
        beta_binomial,
        0,
        lambda n, a, b: int(n),
        [(0, 1, 2), (1, 0.5, 0.5), (12, 0.3, 2.5), (60, 30, 0.2), (200, 1e6, 1e6)],
        [0, 1, 5.5, 11, 12, 40, 59, 100, 199],
    ),
    "hypergeometric": (
        hypergeometric,
        lambda population, successes, draws: max(0, draws + successes - population),
        lambda population, successes, draws: min(successes, draws),
        [(7, 0, 3), (20, 7, 12), (60, 45, 50), (3000, 400, 300)],
        [0, 1, 5.5, 7, 35, 36, 40, 44, 45, 250],
    ),
    "discreteUniform": (
        discrete_uniform,
        lambda low, high: low,
        lambda low, high: high,
        [(0, 5), (-3, 3), (4, 4)],
        [-3, -2.5, 0, 2, 3, 4, 5],
    ),
    "orderedLogistic": (
        ordered(logistic),
        0,
        lambda eta, cuts: len(cuts),
        [(eta, CUTS[0]) for eta in (-30, 0.4, 45)] + [(0.2, CUTS[1])],
        [0, 1, 1.5, 3, 4],
    ),
    "orderedProbit": (
        ordered(normal_cdf),
        0,
        lambda eta, cuts: len(cuts),
        [(eta, CUTS[0]) for eta in (-9, 0.4, 12)] + [(0.2, CUTS[1])],
        [0, 1, 1.5, 3, 4],
    ),
    "zeroInflated": (zero_inflated, 0, None, [(0.7, 0.3), (12, 1e-12), (12, 0), (3, 1), (0, 0.2)], [0, 1, 2.5, 7, 40]),
    "hurdle": (hurdle, 0, None, [(0.7, 0.3), (12, 1e-12), (12, 0), (3, 1), (1e-6, 0.2), (60, 0)], [0, 1, 2.5, 7, 40]),
}


def exact(value):
    return [exact(each) for each in value] if isinstance(value, (tuple, list)) else mp.mpf(value)


def encode(value):
    return value if math.isfinite(value) else "inf" if value > 0 else "-inf"


def row(name, parameters, x):
    by_formula, by_scipy, _ = NEW[name]
    value = float(by_formula(exact(x), *exact(parameters)))
    try:
        theirs = float(by_scipy(x, *parameters))
    except (ValueError, IndexError):
        theirs = math.nan
    agrees = theirs == value or abs(theirs - value) <= 1e-13 * max(1, abs(value))
    return {
        "parameters": parameters,
        "x": x,
        "logProb": encode(theirs if agrees else value),
        "from": "scipy" if agrees else "mpmath",
    }


def masses(name, parameters):
    """Probabilities of first, first + 1, … to the last, or until what is left counts for nothing beyond the largest point."""
    f, first, last, _, points = TAILS[name]
    given = exact(parameters)
    start = first(*parameters) if callable(first) else first
    if last:
        return start, [mp.exp(f(mp.mpf(k), *given)) for k in range(start, last(*parameters) + 1)]
    found = [mp.exp(f(mp.mpf(k), *given)) for k in range(start, max(points) + 1)]
    beyond = mp.mpf(0)
    while True:
        found.append(mp.exp(f(mp.mpf(start + len(found)), *given)))
        beyond += found[-1]
        if found[-1] <= found[-2] and found[-1] <= mp.mpf(10) ** -72 * beyond and len(found) > 2 * max(points) + 20:
            return start, found


def log_share(share, rest):
    """log of one of two shares that sum to 1, from the smaller of them."""
    return encode(float(log(share) if share < rest else mp.log1p(-rest)))


def tails(name, parameters):
    points = TAILS[name][4]
    start, found = masses(name, parameters)
    total = mp.fsum(found)
    assert abs(total - 1) < mp.mpf(10) ** -60, (name, parameters, total)
    mean = mp.fsum(p * (start + i) for i, p in enumerate(found))
    variance = mp.fsum(p * (start + i - mean) ** 2 for i, p in enumerate(found))
    at = []
    for x in points:
        below = math.floor(x) - start + 1
        lower, upper = (mp.fsum(found[: max(0, below)]), mp.fsum(found[max(0, below) :]))
        at.append({"x": x, "logCdf": log_share(lower, upper), "logSurvival": log_share(upper, lower)})
    return {"parameters": parameters, "mean": float(mean), "variance": float(variance), "at": at}


def write(path, what, rows):
    head = {
        "what": f"{what} written by scripts/reference/discrete.py",
        "versions": {"scipy": scipy.__version__, "numpy": np.__version__, "mpmath": mp.__version__},
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    parts = []
    for name, each in rows.items():
        body = ",\n".join(f"   {json.dumps(one)}" for one in each)
        parts.append(f'  "{name}": [\n{body}\n  ]')
    path.write_text("{\n" + "\n".join(lines) + '\n "rows": {\n' + ",\n".join(parts) + "\n }\n}\n")
    for name, each in rows.items():
        print(name, len(each), sum(one.get("from") == "mpmath" for one in each))


def main():
    known = pathlib.Path(__file__).parents[2] / "test" / "known"
    write(
        known / "distributions" / "discrete.json",
        "log-probabilities",
        {name: [row(name, p, x) for p, x in cases] for name, (_, _, cases) in NEW.items()},
    )
    write(known / "discrete.json", "tails and moments", {name: [tails(name, p) for p in TAILS[name][3]] for name in TAILS})


main()
