"""Writes test/known/densities.json: what is known of the densities of models/densities, by quadrature.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1
    reference-venv/bin/python scripts/reference/densities.py

The integrals are sums over square grids. Of smooth functions that vanish at the edges these converge faster than any power of the step, and
the second derivative of the penalty jumps only where grid points lie. Each is computed with two steps, one half as long again as the other; what they
differ by is written beside the result as its accuracy.
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm

log = np.log


def relu(x):
    return np.maximum(x, 0)


def penalised(minus_u):
    return lambda x, y: minus_u(x, y) - relu(abs(x) - 6) ** 2 - relu(abs(y) - 6) ** 2


def w1(x):
    return np.sin(2 * np.pi * x / 4)


def w2(x):
    return 3 * np.exp(-0.5 * ((x - 1) / 0.6) ** 2)


def w3(x):
    return 3 / (1 + np.exp(-(x - 1) / 0.3))


def half_squares(*terms):
    return logsumexp(np.stack([-0.5 * ((a - b) / s) ** 2 + 0 * terms[0][0] for a, b, s in terms]), axis=0)


def u1(x, y):
    return -0.5 * ((np.hypot(x, y) - 2) / 0.4) ** 2 + half_squares((x, 2, 0.6), (x, -2, 0.6))


def u2(x, y):
    return -0.5 * ((y - w1(x)) / 0.4) ** 2


def u3(x, y):
    return half_squares((y, w1(x), 0.35), (y, w1(x) - w2(x), 0.35))


def u4(x, y):
    return half_squares((y, w1(x), 0.4), (y, w1(x) - w3(x), 0.35))


def normals(centres, sd):
    def at(x, y):
        each = [norm.logpdf(x, a, sd) + norm.logpdf(y, b, sd) for a, b in centres]
        return logsumexp(np.stack(each), axis=0) - log(len(centres))

    return at


def lattice(side, half):
    places = np.linspace(-half, half, side)
    return normals([(a, b) for a in places for b in places], 0.25)


angles = np.arange(8) * np.pi / 4
circle = list(zip(2 * np.cos(angles), 2 * np.sin(angles)))


def rings(x, y):
    return half_squares(*[(np.hypot(x, y), radius, 1 / 8) for radius in (1, 2)])


def moons(x, y):
    return -0.5 * ((np.hypot(x, y) - 2) / 0.2) ** 2 - 0.5 * ((abs(x) - 2) / 0.3) ** 2


def squiggle(x, y):
    straight = np.stack([x, y + np.sin(5 * x)], axis=-1)
    return multivariate_normal([0, 0], [[2, 0.25], [0.25, 0.5]]).logpdf(straight)


def banana(bend):
    return lambda x, y: norm.logpdf(x, 0, 10) + norm.logpdf(y + bend * (x**2 - 100))


# Frames outside of which there is nothing, and the step across them.
table = {
    "u1": (penalised(u1), (-12, 12), (-12, 12), 0.01),
    "u2": (penalised(u2), (-13, 13), (-13, 13), 0.01),
    "u3": (penalised(u3), (-13, 13), (-13, 13), 0.01),
    "u4": (penalised(u4), (-13, 13), (-13, 13), 0.01),
    "lattice-9": (lattice(3, 2), (-6, 6), (-6, 6), 0.02),
    "lattice-16": (lattice(4, 3), (-6, 6), (-6, 6), 0.02),
    "eight-normals": (normals(circle, 2 / 3 * np.sin(np.pi / 8)), (-6, 6), (-6, 6), 0.02),
    "two-modes": (normals([(-4, 0), (4, 0)], 1), (-14, 14), (-10, 10), 0.04),
    "rings": (rings, (-4, 4), (-4, 4), 0.004),
    "moons": (moons, (-5, 5), (-5, 5), 0.004),
    "funnel-2": (lambda x, y: norm.logpdf(x, 0, 3) + norm.logpdf(y, 0, np.exp(x / 2)), None, None, None),
    "banana": (banana(0.03), (-100, 100), (-300, 20), 0.1),
    "banana-strong": (banana(0.1), (-90, 90), (-810, 25), 0.1),
    "rosenbrock": (
        lambda x, y: norm.logpdf(x, 1, np.sqrt(10)) + norm.logpdf(y, x**2, np.sqrt(0.1)),
        (-24, 26),
        (-4, 680),
        0.05,
    ),
    "squiggle": (squiggle, (-14, 14), (-9, 9), 0.01),
    "correlated": (lambda x, y: multivariate_normal([0, 0], [[1, 0.95], [0.95, 1]]).logpdf(np.stack([x, y], -1)), (-10, 10), (-10, 10), 0.01),
}


def integrals(density, across, up, step):
    x = np.arange(round((across[1] - across[0]) / step) + 1) * step + across[0]
    y = np.arange(round((up[1] - up[0]) / step) + 1) * step + up[0]
    sums = np.zeros(5)
    for part in np.array_split(x, max(1, len(x) * len(y) // 2_000_000)):
        a, b = np.meshgrid(part, y, indexing="ij")
        p = np.exp(density(a, b))
        sums += [p.sum(), (p * a).sum(), (p * b).sum(), (p * a * a).sum(), (p * b * b).sum()]
    mean = sums[1:3] / sums[0]
    return np.array([log(sums[0] * step**2), *mean, *np.sqrt(sums[3:] / sums[0] - mean**2)])


points = [(0.1, 0.2), (1.3, -0.7), (-2.1, 0.4), (3.5, -2.5), (6.5, 0.9), (-7.25, -6.5)]
known = {}
for name, (density, across, up, step) in table.items():
    at = np.array(points)
    row = {"points": points, "logDensity": density(at[:, 0], at[:, 1]).tolist()}
    if across:
        fine, coarse = [integrals(density, across, up, part) for part in (step, 1.5 * step if name[0] != "u" else 2 * step)]
        row |= {"logZ": fine[0], "mean": fine[1:3].tolist(), "sd": fine[3:].tolist(), "accuracy": abs(fine - coarse).max()}
        print(name, *fine, row["accuracy"], flush=True)
    known[name] = row

path = pathlib.Path(__file__).parents[2] / "test/known/densities.json"
path.write_text(json.dumps({"source": f"numpy {np.__version__}, scipy {scipy.__version__}", "known": known}, indent=1) + "\n")
