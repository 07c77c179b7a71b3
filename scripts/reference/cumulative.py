"""Writes test/known/cumulative.json: special functions that cumulative distribution functions are made of, by mpmath.

    python3 -m venv reference-venv
    reference-venv/bin/pip install mpmath==1.4.1
    reference-venv/bin/python -P scripts/reference/cumulative.py

Values are worked out with 60 digits or more from series whose terms are all positive, and rounded once to double; arguments are
exact doubles. Slopes in the shapes are central differences at that precision.
"""
import json
import pathlib
import random

import mpmath
from mpmath import mp, mpf

random.seed(20250301)
mp.dps = 60


def spread(low, high, count):
    return [10 ** random.uniform(low, high) for _ in range(count)]


def ratio_series(first, ratio):
    """1 + r_0 (1 + r_1 (1 + …)) for ratios that fall below 1."""
    term, total, n = mpf(1), mpf(1), 0
    while True:
        term *= ratio(n)
        total += term
        n += 1
        if term < total * mpf(10) ** (-mp.dps - 5) and n > 5:
            return first * total


def gamma_lower(a, x):
    return ratio_series(mpmath.exp(a * mpmath.log(x) - x - mpmath.loggamma(a + 1)), lambda n: x / (a + 1 + n))


def gamma_logs(a, x):
    """(log P, log Q), with as many digits as the smaller needs."""
    with mp.workdps(120):
        p = gamma_lower(mpf(a), mpf(x))
        if x > a + 30 * mpmath.sqrt(a) + 30:
            return mpmath.log1p(-mpmath.gammainc(a, x, mpmath.inf, regularized=True)), mpmath.log(
                mpmath.gammainc(a, x, mpmath.inf, regularized=True)
            )
        return mpmath.log(p), mpmath.log1p(-p) if p < 1 else -mpmath.inf


def beta_lower(a, b, x):
    front = a * mpmath.log(x) + b * mpmath.log(1 - x) - mpmath.log(a) - log_beta(a, b)
    return ratio_series(mpmath.exp(front), lambda n: (a + b + n) / (a + 1 + n) * x)


def log_beta(a, b):
    return mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b)


def log_beta_lower(w, a, b):
    """log I_σ(w)(a, b)."""
    x, y = 1 / (1 + mpmath.exp(-w)), 1 / (1 + mpmath.exp(w))
    if w < min(mpmath.log(a / b), 6) or w < -2:
        return mpmath.log(beta_lower(a, b, x))
    return mpmath.log1p(-beta_lower(b, a, y))


def slope(f, at):
    h = at * mpf(10) ** -20
    return (f(at + h) - f(at - h)) / (2 * h)


def gammas():
    rows = []
    points = [(a, a * 10 ** random.uniform(-2, 1)) for a in spread(-4, 2, 60)]
    points += [(a, a + random.uniform(-6, 6) * a**0.5) for a in spread(1.6, 5, 25)]
    points += [(a, x) for a in (1e-6, 0.3, 1.0, 2.5, 40.0) for x in (1e-300, 1e-20, 1e-3, 0.25, 3.0)]
    points += [(0.5, 700.0), (3.0, 1500.0), (100.0, 3000.0), (1e4, 5e3), (30.0, 29.999)]
    for a, x in points:
        p, q = gamma_logs(mpf(a), mpf(x))
        rows.append([a, x, float(p), float(q)])
    return rows


def betas():
    rows = []
    points = []
    for a, b in zip(spread(-3, 3, 70), spread(-3, 3, 70)):
        points.append((mpmath.log(a / b) + random.uniform(-4, 4) * mpmath.sqrt(1 / mpf(a) + 1 / mpf(b)) * 0.8, a, b))
    for a, b in [(0.5, 0.5), (2.0, 3.0), (1e-3, 40.0), (700.0, 0.5), (0.5, 50.0), (1.0, 1.0), (5e5, 2.0)]:
        points += [(w, a, b) for w in (-300.0, -30.0, -5.0, -0.5, 0.0, 2.0, 12.0, 25.0)]
    for a, b in zip(spread(-0.2, 1.5, 40), spread(-0.2, 1.5, 40)):
        points.append((mpmath.log(a / b) + random.uniform(-1, 1), a, b))
    for a, b in [(1e5, 1e5), (1e5, 2e3), (5e4, 0.5), (1.0, 1e5), (3e4, 40.0)]:
        points += [(mpmath.log(mpf(a) / b) + s * mpmath.sqrt(1 / mpf(a) + 1 / mpf(b)), a, b) for s in (-20, -5, -1, 0.1, 1, 5)]
    for w, a, b in points:
        w = float(w)
        if abs(w) > 40 and min(a, b) > 1e4:
            continue
        with mp.workdps(110):
            args = mpf(w), mpf(a), mpf(b)
            value = log_beta_lower(*args)
            in_a = slope(lambda q: log_beta_lower(args[0], q, args[2]), args[1])
            in_b = slope(lambda q: log_beta_lower(args[0], args[1], q), args[2])
        rows.append([w, a, b, float(value), float(in_a), float(in_b)])
    return rows


def bessels():
    points = sorted([0.0, 19.999999, 20.0, 20.000001] + spread(-8, 1.2, 30) + spread(1.2, 8, 30))
    rows = []
    for x in points:
        with mp.workdps(80):
            at = mpf(x)
            if x < 3000:
                zero, one = mpmath.besseli(0, at) * mpmath.exp(-at), mpmath.besseli(1, at) * mpmath.exp(-at)
            else:
                zero, one = (hankel(nu, at) for nu in (0, 1))
            rows.append([x, float(mpmath.log(zero)), float(1 - one / zero), float(one / zero)])
    return rows


def hankel(nu, x):
    total = term = mpf(1)
    for k in range(1, 60):
        term *= -(4 * nu * nu - (2 * k - 1) ** 2) / (8 * k * x)
        total += term
    return total / mpmath.sqrt(2 * mpmath.pi * x)


def main():
    tables = {"bessel": bessels(), "logIncompleteGamma": gammas(), "logIncompleteBeta": betas()}
    head = {"mpmath": mpmath.__version__}
    body = ",\n".join(
        f'"{name}": [\n' + ",\n".join("  " + json.dumps(row) for row in rows) + "\n ]" for name, rows in tables.items()
    )
    text = f'{{\n"versions": {json.dumps(head)},\n"functions": {{\n{body}\n}}\n}}\n'
    text = text.replace("-Infinity", '"-inf"')
    (pathlib.Path(__file__).parents[2] / "test" / "known" / "cumulative.json").write_text(text)
    for name, rows in tables.items():
        print(name, len(rows))


main()
