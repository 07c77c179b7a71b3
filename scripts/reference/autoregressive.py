"""Writes test/known/flows/autoregressive.json: recurrent cells, and mixtures of normals made standard, to hold flows against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python scripts/reference/autoregressive.py

The cells are written out unit by unit from Cho et al. 2014 (eq. 5-8) and Gers et al. 2000 (the forget gate); the mixtures are worked
out by mpmath with 60 digits: y = quantile(sum of weight * cdf((x - mean) / scale)), and the log of dy/dx.
"""

import json
import math
import pathlib

import mpmath as mp
import numpy as np

mp.mp.dps = 60


def sigmoid(v):
    return 1 / (1 + math.exp(-v))


def gate(w, u, b, column, x, h):
    """One unit before its activation."""
    total = b[column]
    for i, value in enumerate(x):
        total += value * w[i][column]
    for j, value in enumerate(h):
        total += value * u[j][column]
    return total


def gru(w, u, b, x, h):
    n = len(h)
    reset = [sigmoid(gate(w, u, b, k, x, h)) for k in range(n)]
    update = [sigmoid(gate(w, u, b, n + k, x, h)) for k in range(n)]
    kept = [reset[k] * h[k] for k in range(n)]
    fresh = [math.tanh(gate(w, u, b, 2 * n + k, x, kept)) for k in range(n)]
    return [update[k] * h[k] + (1 - update[k]) * fresh[k] for k in range(n)]


def lstm(w, u, b, x, h, c):
    n = len(h)
    into = [sigmoid(gate(w, u, b, k, x, h)) for k in range(n)]
    forget = [sigmoid(gate(w, u, b, n + k, x, h)) for k in range(n)]
    fresh = [math.tanh(gate(w, u, b, 2 * n + k, x, h)) for k in range(n)]
    out = [sigmoid(gate(w, u, b, 3 * n + k, x, h)) for k in range(n)]
    cell = [forget[k] * c[k] + into[k] * fresh[k] for k in range(n)]
    return [out[k] * math.tanh(cell[k]) for k in range(n)], cell


def cells():
    rng = np.random.default_rng(5)
    inputs, width, steps = 2, 3, 4
    xs = rng.normal(size=(steps, inputs)).tolist()
    made = {"x": xs}
    for name, count in (("gru", 3), ("lstm", 4)):
        w = rng.normal(size=(inputs, count * width)).tolist()
        u = rng.normal(size=(width, count * width)).tolist()
        b = rng.normal(size=count * width).tolist()
        h, c, outputs = [0.0] * width, [0.0] * width, []
        for x in xs:
            if name == "gru":
                h = gru(w, u, b, x, h)
            else:
                h, c = lstm(w, u, b, x, h, c)
            outputs.append(h)
        made[name] = {"w": w, "u": u, "b": b, "outputs": outputs}
    return made


def quantile(p):
    """The y whose distribution function is p, by bisection on its tail: p up to a half."""
    low, high = mp.mpf(-400), mp.mpf(1)
    for _ in range(260):
        middle = (low + high) / 2
        low, high = (middle, high) if mp.erfc(-middle / mp.sqrt(2)) / 2 < p else (low, middle)
    return (low + high) / 2


def density(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def tail(x):
    return mp.erfc(x / mp.sqrt(2)) / 2


def mixture(x, weights, means, scales):
    parts = [(mp.mpf(w), (mp.mpf(x) - mp.mpf(m)) / mp.mpf(s), mp.mpf(s)) for w, m, s in zip(weights, means, scales)]
    total = sum(w for w, _, _ in parts)
    below = sum(w * tail(-z) for w, z, _ in parts) / total
    above = sum(w * tail(z) for w, z, _ in parts) / total
    y = quantile(below) if below < above else -quantile(above)
    slope = sum(w * density(z) / s for w, z, s in parts) / total / density(y)
    return float(y), float(mp.log(slope))


def mixtures():
    rows = []
    for weights, means, scales in (
        ([0.25, 0.75], [-2.0, 1.5], [0.5, 1.25]),
        ([0.5, 0.375, 0.125], [0.0, 3.0, -40.0], [1.0, 0.125, 2.0]),
        ([1.0, 0.0009765625], [0.0, 0.0], [1.0, 8.0]),
    ):
        for x in (-200.0, -45.0, -12.0, -4.5, -2.0, -0.75, 0.0, 0.5, 1.75, 3.125, 6.0, 15.0, 90.0):
            y, slope = mixture(x, weights, means, scales)
            rows.append({"weights": weights, "means": means, "scales": scales, "x": x, "y": y, "logSlope": slope})
    return rows


def main():
    target = pathlib.Path(__file__).parents[2] / "test" / "known" / "flows" / "autoregressive.json"
    made = {"made by": f"scripts/reference/autoregressive.py, mpmath {mp.__version__}", "cells": cells(), "mixtures": mixtures()}
    target.write_text(json.dumps(made, indent=2) + "\n")


main()
