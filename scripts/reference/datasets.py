"""Writes test/known/data/sets.json: log densities and expected log densities of the synthetic sets of src/data, by mpmath and numpy.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy==2.4.6 scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python -P scripts/reference/datasets.py

The density at a point is worked out with 30 digits from how points are drawn: sums of normals, and integrals over the curve that noise is
added to. Expectations of log p are trapezoidal sums over the plane (over the angle alone, where p depends on the distance alone), which
converge faster than any power for smooth densities; the spacing is halved until twelve digits stand, and they are kept.
"""
import json
import pathlib

import mpmath
import numpy as np
from mpmath import mp, mpf
from scipy.special import log_ndtr, logsumexp

mp.dps = 30
pi = np.pi


def bell(squared, sd):
    return mpmath.exp(-squared / (2 * sd**2)) / (2 * mpmath.pi * sd**2)


def along(curves, sd):
    """Mean over the curves of the integral of a normal's density along each, u uniform on (0, 1)."""

    def density(x, y):
        def piece(curve, low, high):
            def at(u):
                a, b = curve(u)
                return bell((x - a) ** 2 + (y - b) ** 2, sd)

            return mpmath.quad(at, [low + (high - low) * mpf(i) / 8 for i in range(9)], method="gauss-legendre", maxdegree=5)

        # In t = √u spirals have nearly even speed: break there.
        breaks = [(mpf(i) / 24) ** 2 for i in range(25)]
        return sum(piece(c, a, b) for c in curves for a, b in zip(breaks, breaks[1:])) / len(curves)

    return density


def spiral(side, lib):
    def at(u):
        t = 3 * lib.pi * lib.sqrt(u)
        return -side * t * lib.cos(t) / 3, side * t * lib.sin(t) / 3

    return at


def roll(lib):
    def at(u):
        t = 3 * lib.pi / 2 * (1 + 2 * u)
        return t * lib.cos(t) / 5, t * lib.sin(t) / 5

    return at


def moon_curves(lib):
    return [
        lambda u: (2 * lib.cos(lib.pi * u) - 1, 2 * lib.sin(lib.pi * u) - (mpf(1) / 5 if lib is mpmath else 0.2)),
        lambda u: (1 - 2 * lib.cos(lib.pi * u), (mpf(4) / 5 if lib is mpmath else 0.8) - 2 * lib.sin(lib.pi * u)),
    ]


def eight(x, y):
    sd = mpf(1) / 2 / mpmath.sqrt(2)
    centres = [(mpmath.cos(k * mpmath.pi / 4), mpmath.sin(k * mpmath.pi / 4)) for k in range(8)]
    r = 2 * mpmath.sqrt(2)
    return sum(bell((x - r * a) ** 2 + (y - r * b) ** 2, sd) for a, b in centres) / 8


def lines(x, y):
    sd = mpf(1) / 20
    across = sum(mpmath.npdf(x, side, sd) for side in (-1, 1)) / 2
    up = (mpmath.ncdf((1 - abs(y)) / sd) - mpmath.ncdf((-1 - abs(y)) / sd)) / 2
    return across * up


def rings(x, y):
    """Points of the circles one by one, over the angle."""
    sd = mpf(2) / 25

    def about(radius):
        def at(angle):
            return bell((x - radius * mpmath.cos(angle)) ** 2 + (y - radius * mpmath.sin(angle)) ** 2, sd)

        turn = mpmath.atan2(y, x)
        ends = [turn + mpmath.pi * mpf(i) / 16 for i in range(-16, 17)]
        return mpmath.quad(at, ends) / (2 * mpmath.pi)

    return sum(about(mpf(r)) for r in ("0.75", "1.5", "2.25", "3")) / 4


def pinwheel(x, y):
    radius = mpmath.sqrt(x**2 + y**2) / 2
    angle = mpmath.atan2(y, x) - mpmath.exp(radius) / 4
    total = mpf(0)
    for k in range(5):
        u = radius * mpmath.cos(angle - 2 * mpmath.pi * k / 5)
        v = radius * mpmath.sin(angle - 2 * mpmath.pi * k / 5)
        total += mpmath.npdf(u, 1, mpf(3) / 10) * mpmath.npdf(v, 0, mpf(1) / 10)
    return total / 5 / 4


densities = {
    "eight-gaussians": eight,
    "two-lines": lines,
    "rings": rings,
    "pinwheel": pinwheel,
    "two-spirals": along([spiral(1, mpmath), spiral(-1, mpmath)], mpf(1) / 10),
    "moons": along(moon_curves(mpmath), mpf(1) / 5),
    "swiss-roll": along([roll(mpmath)], mpf(1) / 5),
}

points = [
    (0.0, 0.0), (1.0, 0.125), (-1.0625, -0.5), (2.0, 2.0), (-2.75, 0.25), (0.75, -1.5), (1.5, 0.0), (-0.5, 0.59375),
    (0.0, -2.8125), (3.0, 0.5), (-1.25, 1.125), (4.5, -3.75), (-6.0, 7.0),
]


# Expectations: plain numpy.


def grid_expectation(log_density, reach, spacing):
    axis = np.arange(-reach, reach + spacing / 2, spacing)
    total, mass = 0.0, 0.0
    for y in axis:
        value = log_density(axis, np.full_like(axis, y))
        p = np.exp(value)
        total += np.sum(np.where(p > 0, p * value, 0.0))
        mass += np.sum(p)
    return total * spacing**2, mass * spacing**2


def log_along(curves, sd, pieces, even):
    """Gauss and Legendre's rule of 16 points on every piece."""
    at, by = np.polynomial.legendre.leggauss(16)
    t = ((np.arange(pieces)[:, None] + (at[None, :] + 1) / 2) / pieces).ravel()
    weight = np.tile(by / 2 / pieces, pieces)
    u, weight = (t, weight) if even else (t**2, 2 * t * weight)

    def log_density(x, y):
        p = np.zeros_like(x)
        for curve in curves:
            a, b = curve(u)
            square = (x[:, None] - a[None, :]) ** 2 + (y[:, None] - b[None, :]) ** 2
            p += np.exp(-square / (2 * sd**2)) @ weight
        return np.log(np.maximum(p / len(curves) / (2 * pi * sd**2), 1e-300))

    return log_density


def log_eight(x, y):
    sd = 0.5 / np.sqrt(2)
    terms = [
        -((x - 2 * np.sqrt(2) * np.cos(k * pi / 4)) ** 2 + (y - 2 * np.sqrt(2) * np.sin(k * pi / 4)) ** 2) / (2 * sd**2)
        for k in range(8)
    ]
    return logsumexp(terms, axis=0) - np.log(8 * 2 * pi * sd**2)


def lines_expectation(spacing):
    """The two coordinates are independent."""
    sd = 0.05
    x = np.arange(-2.5, 2.5, spacing)
    across = logsumexp([-0.5 * ((x - s) / sd) ** 2 for s in (-1, 1)], axis=0) - np.log(2 * sd * np.sqrt(2 * pi))
    upper, lower = log_ndtr((1 - np.abs(x)) / sd), log_ndtr((-1 - np.abs(x)) / sd)
    up = upper + np.log1p(-np.exp(lower - upper)) - np.log(2)
    return sum(np.sum(np.exp(v) * v) for v in (across, up)) * spacing, (np.sum(np.exp(across)) + np.sum(np.exp(up))) / 2 * spacing


def rings_expectation(spacing):
    """By the distance r: p(r) from a sum over 4,096 angles."""
    sd, radii = 0.08, (0.75, 1.5, 2.25, 3.0)
    r = np.arange(spacing / 2, 4.5, spacing)
    angle = 2 * pi * (np.arange(4096) + 0.5) / 4096
    p = np.zeros_like(r)
    for radius in radii:
        square = (r[:, None] - radius) ** 2 + 2 * r[:, None] * radius * (1 - np.cos(angle))[None, :]
        p += np.exp(-square / (2 * sd**2)).mean(axis=1) / (4 * 2 * pi * sd**2)
    value = np.log(np.maximum(p, 1e-300))
    return np.sum(2 * pi * r * p * value) * spacing, np.sum(2 * pi * r * p) * spacing


def pinwheel_expectation(count):
    """Over (u, v) of one arm: turning keeps areas, and all arms are alike."""
    z = np.linspace(-9, 9, count)
    weight = np.exp(-0.5 * z**2)
    weight /= weight.sum()
    u, v = np.meshgrid(1 + 0.3 * z, 0.1 * z, indexing="ij")
    terms = []
    for k in range(5):
        c, s = np.cos(2 * pi * k / 5), np.sin(2 * pi * k / 5)
        a, b = u * c + v * s, -u * s + v * c
        terms.append(-0.5 * ((a - 1) / 0.3) ** 2 - 0.5 * (b / 0.1) ** 2)
    value = logsumexp(terms, axis=0) - np.log(5 * 2 * pi * 0.03 * 4)
    return weight @ value @ weight, 1.0


def settled(name, finer):
    before = None
    for result, mass in finer:
        print(f"{name:16s} {result:.15f} mass {mass:.13f}", flush=True)
        if before is not None and abs(result - before) < 2e-12:
            return result
        before = result
    print(f"{name}: last two differ")
    return before


expectations = {
    "eight-gaussians": settled("eight", (grid_expectation(log_eight, 6.5, h) for h in (0.1, 0.05))),
    "two-lines": settled("lines", (lines_expectation(h) for h in (0.01, 0.005, 0.0025))),
    "rings": settled("rings", (rings_expectation(h) for h in (0.01, 0.005, 0.0025, 0.00125, 0.000625))),
    "pinwheel": settled("pinwheel", (pinwheel_expectation(n) for n in (401, 801, 1601))),
    "two-spirals": settled(
        "spirals",
        (
            grid_expectation(log_along([spiral(1, np), spiral(-1, np)], 0.1, n, False), 4.2, h)
            for n, h in ((72, 0.05), (72, 0.025), (72, 0.02))
        ),
    ),
    "moons": settled(
        "moons",
        (grid_expectation(log_along(moon_curves(np), 0.2, n, True), 5.0, h) for n, h in ((32, 0.1), (32, 0.05), (32, 0.03), (32, 0.025))),
    ),
    "swiss-roll": settled(
        "roll",
        (grid_expectation(log_along([roll(np)], 0.2, n, True), 5.0, h) for n, h in ((32, 0.1), (32, 0.05), (32, 0.03), (32, 0.025))),
    ),
}


def entry(name):
    rows = [[x, y, float(mpmath.log(densities[name](mpf(x), mpf(y))))] for x, y in points]
    print(name, [round(r[2], 4) for r in rows], flush=True)
    return {"expectedLogDensity": expectations[name], "logDensity": rows}


target = pathlib.Path("test/known/data/sets.json")
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({name: entry(name) for name in densities}, indent=1) + "\n")
