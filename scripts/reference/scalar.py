"""Writes test/known/distributions/scalar.json: continuous distributions of scalars.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python -P scripts/reference/scalar.py

"rows": log-densities, by mpmath with 60 digits from the textbook formula, of the constructors that first.json has not.
"cumulative": logarithms of both tails, by mpmath with 400 digits or more from the distribution function, from which the other tail is
subtracted. "moments": mean and variance by scipy, but for what it has not.
"""
import json
import math
import pathlib
import warnings

import mpmath as mp
import scipy
from scipy import stats

warnings.simplefilter("ignore")
INF = mp.inf


def log(x):
    return mp.log(x) if x > 0 else -INF


def phi(z):
    return mp.erfc(-z / mp.sqrt(2)) / 2


def lower_gamma(a, x):
    """P(a, x) by its power series."""
    term = total = mp.mpf(1)
    n = 0
    while term > total * mp.mpf(10) ** (-mp.mp.dps - 5):
        n += 1
        term *= x / (a + n)
        total += term
    return total * mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1))


def lower_beta(a, b, x):
    """I_x(a, b) by its power series, about the end that is nearer."""
    if x > 0.5:
        return 1 - lower_beta(b, a, 1 - x)
    term = total = mp.mpf(1)
    n = 0
    while term > total * mp.mpf(10) ** (-mp.mp.dps - 5):
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    front = a * mp.log(x) + b * mp.log(1 - x) - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b)
    return total * mp.exp(front) / a


def t_cdf(z, df):
    x = df / (df + z * z)
    tail = lower_beta(df / 2, mp.mpf(1) / 2, x) / 2 if z != 0 else mp.mpf(1) / 2
    return 1 - tail if z > 0 else tail


def t_density(z, df):
    top = mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) - log(df * mp.pi) / 2
    return top - (df + 1) / 2 * log(1 + z * z / df)


def gamma_density(x, a, rate):
    if x <= 0:
        return -INF if x < 0 or a > 1 else INF if a < 1 else log(rate)
    return a * log(rate) - mp.loggamma(a) + (a - 1) * log(x) - rate * x


def weibull_density(x, k, scale):
    if x <= 0:
        return -INF if x < 0 or k > 1 else INF if k < 1 else -log(scale)
    return log(k) - k * log(scale) + (k - 1) * log(x) - (x / scale) ** k


def kumaraswamy_density(x, a, b):
    if x < 0 or x > 1:
        return -INF
    if x == 0:
        return INF if a < 1 else log(b) if a == 1 else -INF
    if x == 1:
        return INF if b < 1 else log(a) if b == 1 else -INF
    return log(a * b) + (a - 1) * log(x) + (b - 1) * log(1 - x**a)


def inverse_gaussian_density(x, mean, lam):
    return log(lam / (2 * mp.pi * x**3)) / 2 - lam * (x - mean) ** 2 / (2 * mean**2 * x) if x > 0 else -INF


def inverse_gaussian_cdf(x, mean, lam):
    size = mp.sqrt(lam / x)
    return phi(size * (x / mean - 1)) + mp.exp(2 * lam / mean) * phi(-size * (x / mean + 1))


def about(loc, scale, *steps):
    return [loc + scale * step for step in steps]


def cases(parameters, points):
    return [(p, x) for p in parameters for x in (points(*p) if callable(points) else points)]


SPREAD = (-30, -3, -0.5, 0, 0.1, 1, 8)
LOCATED = [(0, 1), (-2, 0.5), (3, 1e3)]
POSITIVE = [-1, 0, 1e-12, 1e-3, 0.3, 1, 2.5, 40, 1e5]
UNIT = [-0.1, 0, 1e-12, 0.2, 0.5, 0.9, 1 - 2.0**-40, 1, 1.1]

# name: (log-density, cases)
DENSITIES = {
    "halfStudentT": (
        lambda x, df, loc, s: t_density((x - loc) / s, df) - log(s) + log(mp.mpf(2)) if x >= loc else -INF,
        cases([(df, 0, 1) for df in (0.5, 1, 4, 1e4)] + [(4, -2, 0.5)], lambda df, loc, s: about(loc, s, -1, 0, 1e-9, 0.5, 4, 1e8)),
    ),
    "chiSquared": (lambda x, df: gamma_density(x, df / 2, mp.mpf(1) / 2), cases([(0.02,), (1,), (2,), (7.5,), (1e4,)], POSITIVE)),
    "logistic": (
        lambda x, loc, s: -(x - loc) / s - 2 * log(1 + mp.exp(-(x - loc) / s)) - log(s),
        cases(LOCATED, lambda *p: about(*p, *SPREAD, 800, -800)),
    ),
    "weibull": (weibull_density, cases([(1, 2), (0.3, 1), (2.5, 0.5), (50, 3)], POSITIVE[:-1])),
    "frechet": (
        lambda x, a, s: log(a / s) - (1 + a) * log(x / s) - (x / s) ** -a if x > 0 else -INF,
        cases([(1, 2), (0.3, 1), (2.5, 0.5)], [-1, 0, 1e-3, 0.3, 1, 2.5, 40, 1e5]),
    ),
    "gumbel": (lambda x, loc, s: -(x - loc) / s - mp.exp(-(x - loc) / s) - log(s), cases(LOCATED, lambda *p: about(*p, *SPREAD[1:], 800))),
    "pareto": (
        lambda x, s, a: log(a) + a * log(s) - (a + 1) * log(x) if x >= s else -INF,
        cases([(1, 1), (2, 0.3), (1e-3, 40)], lambda s, a: [s * t for t in (0.5, 1, 1 + 2.0**-40, 2, 1e4, 1e30)]),
    ),
    "inverseGaussian": (inverse_gaussian_density, cases([(1, 1), (0.3, 40), (20, 1e-3), (2, 1e5)], POSITIVE)),
    "kumaraswamy": (kumaraswamy_density, cases([(1, 1), (0.5, 0.5), (2, 3), (1, 3), (3, 1), (40, 0.2), (1e-3, 2)], UNIT)),
    "skewNormal": (
        lambda x, loc, s, a: log(mp.mpf(2)) - ((x - loc) / s) ** 2 / 2 - log(2 * mp.pi) / 2 + log(phi(a * (x - loc) / s)) - log(s),
        cases([(0, 1, 0), (-2, 0.5, 4), (3, 10, -1e3)], lambda loc, s, a: about(loc, s, *SPREAD)),
    ),
    "vonMises": (
        lambda x, loc, k: k * mp.cos(x - loc) - log(2 * mp.pi * mp.besseli(0, k)) if abs(x) <= mp.pi else -INF,
        cases([(0, 0), (0.5, 1), (-3, 30), (1, 1e3)], [-4, -3.1, -1, 0, 0.5, 1.01, 3.1, 3.2]),
    ),
}

# name: (distribution function inside the support, cases)
CUMULATIVE = {
    "normal": (lambda x, loc, s: phi((x - loc) / s), cases(LOCATED, lambda *p: about(*p, *SPREAD, 38))),
    "halfNormal": (lambda x, loc, s: mp.erf((x - loc) / s / mp.sqrt(2)), cases(LOCATED, lambda *p: about(*p, -1, 0, 1e-9, 0.7, 1.3, 8, 38))),
    "lognormal": (lambda x, loc, s: phi((log(x) - loc) / s), cases([(0, 1), (-2, 0.5), (3, 10)], POSITIVE)),
    "studentT": (
        lambda x, df, loc, s: t_cdf((x - loc) / s, df),
        cases([(df, 0, 1) for df in (0.5, 1, 4, 30)] + [(2.5, 10, 1e3)], lambda df, loc, s: about(loc, s, -1e8, -30, -1, -1e-9, 0, 1e-5, 0.5, 4, 60)),
    ),
    "halfStudentT": (
        lambda x, df, loc, s: 2 * t_cdf((x - loc) / s, df) - 1,
        cases([(df, 0, 1) for df in (0.5, 1, 4, 30)] + [(2.5, 10, 1e3)], lambda df, loc, s: about(loc, s, -1, 0, 1e-9, 1e-5, 0.5, 4, 60, 1e8)),
    ),
    "cauchy": (lambda x, loc, s: mp.atan((x - loc) / s) / mp.pi + mp.mpf(1) / 2, cases(LOCATED, lambda *p: about(*p, *SPREAD, 1e12, -1e12))),
    "halfCauchy": (lambda x, loc, s: 2 * mp.atan((x - loc) / s) / mp.pi, cases(LOCATED, lambda *p: about(*p, -1, 0, 1e-9, 0.7, 1.3, 8, 1e12))),
    "exponential": (lambda x, r: 1 - mp.exp(-r * x), cases([(1e-3,), (1,), (40,)], [-1, 0, 1e-9, 0.3, 1, 10])),
    "gamma": (
        lambda x, a, r: lower_gamma(a, r * x),
        cases([(1e-3, 0.5), (0.5, 3), (1, 1), (7, 3), (40, 0.5)], [-1, 0, 1e-12, 0.2, 1, 3, 50]) + cases([(1e4, 1)], [9e3, 1e4, 1.05e4]),
    ),
    "chiSquared": (lambda x, df: lower_gamma(df / 2, x / 2), cases([(0.02,), (1,), (7.5,), (100,)], [-1, 0, 1e-12, 0.2, 1, 3, 50, 300])),
    "inverseGamma": (
        lambda x, a, s: 1 - lower_gamma(a, s / x),
        cases([(1e-3, 0.5), (0.5, 3), (1, 1), (7, 3), (40, 0.5)], [-1, 0, 0.02, 0.2, 1, 3, 1e8]),
    ),
    "beta": (lambda x, a, b: lower_beta(a, b, x), cases([(1, 1), (0.5, 0.5), (1e-3, 2), (2, 3), (40, 2.5), (300, 500)], UNIT)),
    "uniform": (lambda x, low, high: (x - low) / (high - low), cases([(0, 1), (-5, 20)], [-6, -5, 0, 1e-9, 0.3, 0.8, 1, 20, 21])),
    "laplace": (
        lambda x, loc, s: mp.exp((x - loc) / s) / 2 if x < loc else 1 - mp.exp(-(x - loc) / s) / 2,
        cases(LOCATED, lambda *p: about(*p, *SPREAD, 700, -700)),
    ),
    "logistic": (lambda x, loc, s: 1 / (1 + mp.exp(-(x - loc) / s)), cases(LOCATED, lambda *p: about(*p, *SPREAD, 800, -800))),
    "weibull": (lambda x, k, s: 1 - mp.exp(-((x / s) ** k)), cases([(1, 2), (0.3, 1), (2.5, 0.5), (50, 3)], [-1, 0, 1e-12, 1e-3, 0.3, 1, 2.5, 3.1])),
    "frechet": (lambda x, a, s: mp.exp(-((x / s) ** -a)), cases([(1, 2), (0.3, 1), (2.5, 0.5)], [-1, 0, 0.03, 0.3, 1, 2.5, 40, 1e5])),
    "gumbel": (lambda x, loc, s: mp.exp(-mp.exp(-(x - loc) / s)), cases(LOCATED, lambda *p: about(*p, -5, -3, -0.5, 0, 0.1, 1, 8, 60, 700))),
    "pareto": (
        lambda x, s, a: 1 - (s / x) ** a,
        cases([(1, 1), (2, 0.3), (0.5, 40)], lambda s, a: [s * t for t in (0.5, 1, 1 + 2.0**-20, 2, 1e4, 1e30)]),
    ),
    "inverseGaussian": (inverse_gaussian_cdf, cases([(1, 1), (0.3, 40), (20, 1e-3), (2, 1e3)], [-1, 0, 0.02, 0.3, 1, 2.5, 15])),
    "kumaraswamy": (lambda x, a, b: 1 - (1 - x**a) ** b, cases([(1, 1), (0.5, 0.5), (2, 3), (40, 0.2), (1e-3, 2)], UNIT)),
}

ENDS = {
    "halfNormal": lambda loc, s: (loc, INF),
    "halfCauchy": lambda loc, s: (loc, INF),
    "halfStudentT": lambda df, loc, s: (loc, INF),
    "pareto": lambda s, a: (s, INF),
    "uniform": lambda low, high: (low, high),
    "beta": lambda a, b: (0, 1),
    "kumaraswamy": lambda a, b: (0, 1),
    **{name: lambda *p: (0, INF) for name in ("lognormal", "exponential", "gamma", "chiSquared", "inverseGamma", "weibull", "frechet", "inverseGaussian")},
}

# name: (scipy's distribution, parameters); None where scipy's are not the ones meant.
MOMENTS = {
    "normal": (lambda m, s: stats.norm(m, s), [(1, 2)]),
    "halfNormal": (lambda m, s: stats.halfnorm(m, s), [(1, 2)]),
    "lognormal": (lambda m, s: stats.lognorm(s, scale=math.exp(m)), [(1, 0.5)]),
    "studentT": (lambda df, m, s: stats.t(df, m, s), [(4, 1, 2), (1.5, 1, 2)]),
    "exponential": (lambda r: stats.expon(scale=1 / r), [(3,)]),
    "gamma": (lambda a, r: stats.gamma(a, scale=1 / r), [(2.5, 3)]),
    "chiSquared": (lambda df: stats.chi2(df), [(2.5,)]),
    "inverseGamma": (lambda a, s: stats.invgamma(a, scale=s), [(2.5, 3), (1.5, 3), (0.5, 3)]),
    "beta": (lambda a, b: stats.beta(a, b), [(2.5, 3), (0.1, 40)]),
    "uniform": (lambda low, high: stats.uniform(low, high - low), [(-1, 3)]),
    "laplace": (lambda m, s: stats.laplace(m, s), [(1, 2)]),
    "logistic": (lambda m, s: stats.logistic(m, s), [(1, 2)]),
    "weibull": (lambda k, s: stats.weibull_min(k, scale=s), [(1.7, 2), (0.4, 2), (60, 2)]),
    "frechet": (lambda a, s: stats.invweibull(a, scale=s), [(2.7, 2)]),
    "gumbel": (lambda m, s: stats.gumbel_r(m, s), [(1, 2)]),
    "pareto": (lambda s, a: stats.pareto(a, scale=s), [(2, 2.7), (2, 1.5), (2, 0.5)]),
    "inverseGaussian": (lambda m, lam: stats.invgauss(m / lam, scale=lam), [(1.5, 2)]),
    "skewNormal": (lambda m, s, a: stats.skewnorm(a, m, s), [(1, 2, 3), (1, 2, -40)]),
}


def half_t_moments(df):
    df = mp.mpf(df)
    mean = 2 * mp.sqrt(df / mp.pi) * mp.gamma((df + 1) / 2) / mp.gamma(df / 2) / (df - 1)
    return mean, df / (df - 2) - mean**2


def extra_moments():
    mean, variance = half_t_moments(3.5)
    a, b = mp.mpf("2.3"), mp.mpf("0.7")
    first, second = (b * mp.beta(1 + n / a, b) for n in (1, 2))
    return {
        "halfStudentT": [((3.5, 1, 2), 1 + 2 * mean, 4 * variance), ((1.5, 1, 2), 1 + 2 * half_t_moments(1.5)[0], INF), ((0.5, 1, 2), INF, INF)],
        "frechet": [((1.5, 2), 2 * mp.gamma(mp.mpf(1) / 3), INF), ((0.5, 2), INF, INF)],
        "cauchy": [((1, 2), mp.nan, mp.nan)],
        "halfCauchy": [((1, 2), INF, INF)],
        "kumaraswamy": [((2.3, 0.7), first, second - first**2)],
        "vonMises": [((0.5, 8), mp.mpf("0.5"), 1 - mp.besseli(1, 8) / mp.besseli(0, 8))],
    }


def encode(value):
    value = float(value)
    return "nan" if math.isnan(value) else value if math.isfinite(value) else "inf" if value > 0 else "-inf"


def exact(values):
    return [mp.mpf(v) for v in values]


def density_row(name, parameters, x):
    with mp.workdps(60 + (2000 if name == "skewNormal" else 0)):
        value = DENSITIES[name][0](mp.mpf(x), *exact(parameters))
        return {"parameters": parameters, "x": x, "logProb": encode(value), "from": "mpmath"}


def cumulative_row(name, parameters, x):
    low, high = ENDS.get(name, lambda *p: (-INF, INF))(*parameters)
    if x <= low or x >= high:
        return {"parameters": parameters, "x": x, "logCdf": "-inf" if x <= low else 0.0, "logSurvival": "-inf" if x >= high else 0.0}
    for digits in (400, 7000):
        with mp.workdps(digits):
            f = CUMULATIVE[name][0](mp.mpf(x), *exact(parameters))
            if 0 < f < 1:
                break
    with mp.workdps(digits):
        return {"parameters": parameters, "x": x, "logCdf": encode(log(f)), "logSurvival": encode(log(1 - f))}


def moment_row(parameters, mean, variance):
    return {"parameters": parameters, "mean": encode(mean), "variance": encode(variance)}


def table(rows):
    return "{\n" + ",\n".join(f'  "{name}": [\n' + ",\n".join(f"   {json.dumps(row)}" for row in each) + "\n  ]" for name, each in rows.items()) + "\n }"


def main():
    densities = {name: [density_row(name, *case) for case in each] for name, (_, each) in DENSITIES.items()}
    cumulative = {name: [cumulative_row(name, *case) for case in each] for name, (_, each) in CUMULATIVE.items()}
    moments = {name: [moment_row(p, *make(*p).stats("mv")) for p in each] for name, (make, each) in MOMENTS.items()}
    for name, each in extra_moments().items():
        moments.setdefault(name, []).extend(moment_row(*row) for row in each)
    versions = json.dumps({"scipy": scipy.__version__, "mpmath": mp.__version__})
    text = '{\n "what": "written by scripts/reference/scalar.py",\n'
    text += f' "versions": {versions},\n "rows": {table(densities)},\n "cumulative": {table(cumulative)},\n "moments": {table(moments)}\n}}\n'
    (pathlib.Path(__file__).parents[2] / "test" / "known" / "distributions" / "scalar.json").write_text(text)
    for name in cumulative:
        print(name, len(cumulative[name]), len(moments.get(name, [])))


main()
