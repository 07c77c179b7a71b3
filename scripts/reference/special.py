"""Writes test/known/special.json: reference values of the special functions and of the samplers' distributions.

Values are computed with mpmath at 50 digits or more and rounded once to double; arguments are exact doubles. Quantiles and
masses of the distributions come from scipy. The versions used are written into the file.

Run: pip install numpy scipy mpmath, then python scripts/reference/special.py > test/known/special.json
"""
import json
import sys

import mpmath
import numpy
import scipy
from mpmath import mp, mpf
from scipy import stats

mp.dps = 60
rng = numpy.random.default_rng(20240501)


def logarithmic(low, high, count):
    return [float(10 ** e) for e in rng.uniform(low, high, count)]


def uniform(low, high, count):
    return [float(x) for x in rng.uniform(low, high, count)]


positive = sorted(
    logarithmic(-300, -3, 40) + uniform(0, 3, 240) + uniform(3, 20, 160) + logarithmic(1, 5, 60) + logarithmic(5, 300, 40)
    + [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 7.999999999999999, 8.0, 10.0, 100.0, 170.5]
)
negative = uniform(-20, 0, 60) + [-0.5, -1e-10, -1e-30, -100.3]
around = sorted(uniform(-3, 3, 200) + uniform(-6, 6, 100) + uniform(-28, 28, 60) + logarithmic(-300, -1, 20) + [0.25, 0.5, 1.0, -1.0])


def quantile(p):
    """The normal quantile by Newton's method from scipy's."""
    x = mpf(stats.norm.ppf(float(p)))
    for _ in range(6):
        x -= (mpmath.erfc(-x / mpmath.sqrt(2)) / 2 - mpf(p)) / mpmath.npdf(x)
    return x


def erfinv(x):
    return quantile_of_half(mpf(x)) / mpmath.sqrt(2)


def quantile_of_half(x):
    z = mpf(scipy.special.erfinv(float(x))) * mpmath.sqrt(2)
    for _ in range(6):
        z -= (mpmath.erf(z / mpmath.sqrt(2)) - x) / (2 * mpmath.npdf(z))
    return z


def lower(a, x):
    return mpmath.gammainc(a, 0, x, regularized=True)


def upper(a, x):
    return mpmath.gammainc(a, x, mpmath.inf, regularized=True)


def slope(a, y):
    """d log z / da of a gamma draw z = e^y at fixed probability."""
    x = mpmath.exp(y)
    tail, sign = (upper, -1) if x > a else (lower, 1)
    by_shape = sign * mpmath.diff(lambda q: tail(q, x), a, h=a * mpf(10) ** -25)
    return -by_shape / mpmath.exp(a * y - x - mpmath.loggamma(a))


def curvature(a, y):
    h = mpf(10) ** -14 * a
    return (slope(a + h, y) - slope(a - h, y)) / (2 * h)


shapes = [(a, x) for a in logarithmic(-3, 3, 50) for x in [float(max(stats.gamma.ppf(rng.uniform(), a), 1e-290))]]
wide = [(a, float(a * 10 ** rng.uniform(-1.5, 1))) for a in logarithmic(-2, 2.5, 60)]
pairs = list(zip(logarithmic(-10, 8, 80), logarithmic(-3, 10, 80))) + [(8.0, 8.0), (7.5, 9.0), (1.0, 1.0)]
betas = [(a, b, float(stats.beta.ppf(rng.uniform(0.001, 0.999), a, b))) for a, b in zip(logarithmic(-1, 3, 40), logarithmic(-1, 3, 40))]


def table(f, points, digits=50):
    rows = []
    for point in points:
        arguments = point if isinstance(point, tuple) else (point,)
        with mp.workdps(digits):
            rows.append([*arguments, float(f(*map(mpf, arguments)))])
    return rows


functions = {
    "lgamma": table(lambda x: mpmath.re(mpmath.loggamma(x)), positive),
    "lgammaNegative": table(lambda x: mpmath.log(abs(mpmath.gamma(x))), negative),
    "digamma": table(mpmath.digamma, positive),
    "digammaNegative": table(mpmath.digamma, negative),
    "polygamma1": table(lambda x: mpmath.psi(1, x), [x for x in positive if 1e-150 < x] + negative[:60]),
    "polygamma2": table(lambda x: mpmath.psi(2, x), [x for x in positive if 1e-90 < x < 1e150] + negative[:60]),
    "polygamma5": table(lambda x: mpmath.psi(5, x), [x for x in positive if 1e-45 < x < 1e45]),
    "erf": table(mpmath.erf, around),
    "erfc": table(mpmath.erfc, [x for x in around if x < 26]),
    "erfinv": table(erfinv, uniform(-1, 1, 100) + [s * (1 - e) for s in (1, -1) for e in logarithmic(-15, -1, 30)] + logarithmic(-300, -1, 20)),
    "normalCdf": table(lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2, [x for x in around] + uniform(-37, 0, 40)),
    "normalLogCdf": table(lambda x: mpmath.log(mpmath.erfc(-x / mpmath.sqrt(2)) / 2), around + uniform(-1000, 0, 40) + uniform(0, 37, 30), 800),
    "normalQuantile": table(quantile, uniform(0, 1, 100) + logarithmic(-300, -1, 60) + [1 - e for e in logarithmic(-15, -1, 30)]),
    "softplus": table(lambda x: mpmath.log1p(mpmath.exp(x)), uniform(-40, 40, 60) + uniform(-700, 700, 30) + [0.0, 14.0], 400),
    "log1mexp": table(lambda x: mpmath.log(-mpmath.expm1(x)), [-x for x in logarithmic(-300, 2.5, 100)], 400),
    "logBeta": table(lambda a, b: mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b), pairs),
    "incompleteGammaLower": table(lower, shapes + wide),
    "incompleteGammaUpper": table(upper, shapes + wide),
    "gammaShapeSlope": table(slope, [(a, float(numpy.log(x))) for a, x in shapes + wide], 80),
    "gammaShapeCurvature": table(curvature, [(a, float(numpy.log(x))) for a, x in (shapes + wide)[::3]], 80),
    "incompleteBeta": table(lambda a, b, x: mpmath.betainc(a, b, 0, x, regularized=True), betas),
}

twentieths = [i / 20 for i in range(1, 20)]


def binned(law, edges):
    """Upper edges (inclusive) of whole-number bins and the masses of the bins they cut."""
    cumulative = [0.0, *[float(law.cdf(edge)) for edge in edges], 1.0]
    return {"edges": edges, "masses": [b - a for a, b in zip(cumulative, cumulative[1:])]}


def edges(law):
    return sorted({int(law.ppf(p)) for p in twentieths})


gammas = [0.02, 0.3, 0.999, 1.0, 2.5, 40.0, 1e6]
rates = [0.001, 0.4, 3.0, 9.99, 10.0, 27.3, 400.0, 1e7]
binomials = [(1, 0.3), (5, 0.9), (40, 0.5), (60, 0.17), (1000, 0.004), (1000, 0.03), (1000, 0.97), (10**9, 0.25)]
samplers = {
    "gammaQuantiles": [{"concentration": a, "logs": [float(numpy.log(stats.gamma.ppf(p, a))) for p in twentieths]} for a in gammas],
    "normalQuantiles": [float(stats.norm.ppf(p)) for p in twentieths],
    "poisson": [{"rate": r, **binned(stats.poisson(r), edges(stats.poisson(r)))} for r in rates],
    "binomial": [
        {"count": n, "probability": p, **binned(stats.binom(n, p), edges(stats.binom(n, p)))} for n, p in binomials
    ],
}

versions = {"mpmath": mpmath.__version__, "scipy": scipy.__version__, "numpy": numpy.__version__}
lines = ['{', f'"versions": {json.dumps(versions)},']
for name, group in (("functions", functions), ("samplers", samplers)):
    rows = ",\n".join(f'{json.dumps(key)}: {json.dumps(value)}' for key, value in group.items())
    lines.append(f'"{name}": {{\n{rows}\n}}' + ("," if name == "functions" else ""))
lines.append("}")
sys.stdout.write("\n".join(lines) + "\n")
