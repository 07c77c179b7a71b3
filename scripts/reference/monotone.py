"""Writes test/known/flows/monotone.json: increasing maps of the line to hold src/transforms/monotone against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy==2.4.6 scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python scripts/reference/monotone.py

Mixtures of sigmoids by mpmath with 80 digits, from the formula as it stands in Huang et al. 2018, slopes by differentiating it; sums of
squares by numpy's polynomials, multiplied and integrated, and again by mpmath; monotone integrals of a network by scipy's quad; polygons
by numpy's interp. Rows: [numbers, x, value, log-slope].
"""

import json
import math
import pathlib

import mpmath as mp
import numpy as np
import scipy
from numpy.polynomial import Polynomial
from scipy.integrate import quad

mp.mp.dps = 80
random = np.random.default_rng(20)
POINTS = [-1e3, -60.0, -7.5, -2.0, -0.3, 0.0, 1e-6, 0.9, 3.7, 25.0, 1e3]


def bounded(x):
    return 4 * mp.tanh(mp.mpf(x) / 4)


def sigmoid_mixture(numbers, x):
    units = len(numbers) // 3
    weights = [mp.e**w for w in map(mp.mpf, numbers[:units])]
    slopes = [mp.e ** bounded(a) for a in numbers[units : 2 * units]]
    shifts = [mp.mpf(b) for b in numbers[2 * units :]]
    below = above = steep = mp.mpf(0)
    for w, a, b in zip(weights, slopes, shifts):
        c = a * mp.mpf(x) + b
        s, r = 1 / (1 + mp.e**-c), 1 / (1 + mp.e**c)
        below, above, steep = below + w * s, above + w * r, steep + w * a * s * r
    total = sum(weights)
    return mp.log(below / above), mp.log(steep * total / (below * above))


LEAST = 1e-3


def sum_of_squares(numbers, x, count, degree, bound):
    shift, rest = numbers[0], numbers[1:]
    squares = Polynomial([LEAST])
    for m in range(count):
        p = Polynomial(rest[m * (degree + 1) : (m + 1) * (degree + 1)])
        squares = squares + p * p
    inside = min(max(x, -bound), bound)
    slope = squares(inside / bound)
    value = shift + bound * squares.integ()(inside / bound) + slope * (x - inside)

    def p_squares(u):
        return LEAST + sum(
            mp.polyval([mp.mpf(c) for c in reversed(rest[m * (degree + 1) : (m + 1) * (degree + 1)])], u) ** 2
            for m in range(count)
        )

    exact = shift + bound * mp.quad(p_squares, [0, mp.mpf(inside) / bound]) + p_squares(mp.mpf(inside) / bound) * (
        mp.mpf(x) - inside
    )
    assert abs(value - exact) < 1e-12 * (1 + abs(exact)), (value, exact)
    return exact, mp.log(p_squares(mp.mpf(inside) / bound))


def network(layers, t, numbers):
    units = np.concatenate([[t], numbers])
    for w, b in layers[:-1]:
        units = np.logaddexp(0, units @ w + b)
    w, b = layers[-1]
    return 4 * math.tanh((units @ w + b)[0] / 4)


def integral(layers, numbers, x, bound):
    shift, rest = numbers[0], numbers[1:]
    inside = min(max(x, -bound), bound)
    area, error = quad(lambda t: math.exp(network(layers, t, rest)), 0, inside, epsabs=1e-14, epsrel=1e-14, limit=400)
    assert error < 1e-11, error
    log_slope = network(layers, inside, rest)
    return shift + area + math.exp(log_slope) * (x - inside), log_slope


def piecewise_linear(numbers, x, bins, bound):
    def knots(raw):
        weights = np.exp(np.array(raw) - max(raw))
        lengths = 2 * bound * (LEAST + (1 - bins * LEAST) * weights / weights.sum())
        return lengths, np.concatenate([[-bound], -bound + np.cumsum(lengths)])

    (widths, across), (heights, up) = knots(numbers[:bins]), knots(numbers[bins : 2 * bins])
    left, right = (float(bounded(n)) for n in numbers[2 * bins :])
    if x < -bound:
        return -bound + math.exp(left) * (x + bound), left
    if x > bound:
        return bound + math.exp(right) * (x - bound), right
    k = min(int(np.searchsorted(across, x, side="right")) - 1, bins - 1)
    return float(np.interp(x, across, up)), math.log(heights[k] / widths[k])


def rows(count, f, spread=1.5, repeats=2):
    made = []
    for _ in range(repeats):
        numbers = [round(float(n), 3) for n in random.normal(size=count) * spread]
        for x in POINTS:
            value, log_slope = f(numbers, x)
            made.append([numbers, x, float(value), float(log_slope)])
    return made


layers = [
    [np.round(random.normal(size=(4, 6)), 3), np.round(random.normal(size=6), 3)],
    [np.round(random.normal(size=(6, 5)) * 0.5, 3), np.round(random.normal(size=5), 3)],
    [np.round(random.normal(size=(5, 1)) * 0.5, 3), np.round(random.normal(size=1), 3)],
]
known = {
    "from": f"numpy {np.__version__}, scipy {scipy.__version__}, mpmath {mp.__version__}",
    "sigmoidMixture": {
        str(units): rows(3 * units, sigmoid_mixture, 2.0) for units in (1, 3, 8)
    },
    "sumOfSquares": [
        {"count": c, "degree": d, "bound": b, "rows": rows(1 + c * (d + 1), lambda n, x: sum_of_squares(n, x, c, d, b))}
        for c, d, b in ((1, 1, 2.0), (2, 3, 5.0), (3, 4, 10.0))
    ],
    "integral": {
        "layers": [{"w": w.tolist(), "b": b.tolist()} for w, b in layers],
        "bound": 5.0,
        "rows": rows(4, lambda n, x: integral(layers, n, x, 5.0), 1.0),
    },
    "piecewiseLinear": [
        {"bins": k, "bound": b, "rows": rows(2 * k + 2, lambda n, x: piecewise_linear(n, x, k, b))}
        for k, b in ((2, 3.0), (7, 5.0))
    ],
}
path = pathlib.Path(__file__).parents[2] / "test" / "known" / "flows" / "monotone.json"
path.write_text(json.dumps(known) + "\n")
