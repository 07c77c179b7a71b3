"""Writes test/known/flows/continuous.json: continuous flows, to hold ours against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1
    reference-venv/bin/python scripts/reference/continuous.py

x(1) and the integral of the divergence by scipy's DOP853 at rtol 1e-13, atol 1e-13; the divergence as the sum of the diagonal of a
Jacobian by complex steps, so that no formula for it is used. Slopes of a fixed sum of results, in the values and in the first weight of
each layer, by central differences of those over 1e-4 and 2e-4, extrapolated.
"""

import json
import pathlib

import numpy as np
from scipy.integrate import solve_ivp

units = {
    "tanh": np.tanh,
    "softplus": lambda a: np.log(1 + np.exp(a)),
    "swish": lambda a: a / (1 + np.exp(-a)),
}


def velocity(case, layers, t, x):
    units_in = np.concatenate([x, [t], case["context"]])
    for i, (w, b) in enumerate(layers):
        linear = units_in @ np.array(w) + np.array(b)
        units_in = units[case["activation"]](linear) if i < len(layers) - 1 else linear
    return units_in


def divergence(case, layers, t, x):
    step = 1e-30
    return sum(velocity(case, layers, t, x + 1j * step * np.eye(len(x))[i])[i].imag / step for i in range(len(x)))


def solved(case, layers, x):
    size = len(x)

    def slope(t, y):
        return np.append(velocity(case, layers, t, y[:size]), divergence(case, layers, t, y[:size]))

    return solve_ivp(slope, (0, 1), np.append(x, 0.0), method="DOP853", rtol=1e-13, atol=1e-13).y[:, -1]


def total(case, layers, x):
    made = solved(case, layers, x)
    return float(np.sin(made).sum())


def slope(f):
    def central(step):
        return (f(step) - f(-step)) / (2 * step)

    return (4 * central(1e-4) - central(2e-4)) / 3


def moved(layers, which, by):
    return [
        [[[w + (by if (i, j, k) == (which, 0, 0) else 0) for k, w in enumerate(row)] for j, row in enumerate(ws)], bs]
        for i, (ws, bs) in enumerate(layers)
    ]


def made(seed, activation, size, hidden, context):
    rng = np.random.default_rng(seed)
    widths = [size + 1 + len(context), *hidden, size]
    layers = [
        [
            rng.normal(0, 1.5 / np.sqrt(inputs), (inputs, outputs)).round(3).tolist(),
            rng.normal(0, 0.5, outputs).round(3).tolist(),
        ]
        for inputs, outputs in zip(widths[:-1], widths[1:])
    ]
    x = rng.normal(0, 1, size).round(3)
    case = {"activation": activation, "hidden": hidden, "context": context, "layers": layers, "x": x.tolist()}
    end = solved(case, layers, x)
    return {
        **case,
        "value": end[:-1].tolist(),
        "logDet": float(end[-1]),
        "slopeInX": [slope(lambda by: total(case, layers, x + by * np.eye(size)[i])) for i in range(size)],
        "slopeInFirstWeights": [
            slope(lambda by: total(case, moved(layers, i, by), x)) for i in range(len(layers))
        ],
    }


cases = {
    "no hidden layer": made(1, "tanh", 3, [], []),
    "one, tanh": made(2, "tanh", 2, [6], []),
    "two, softplus, a context": made(3, "softplus", 3, [5, 4], [0.7, -1.1]),
    "two, tanh": made(4, "tanh", 1, [8, 8], []),
    "three, swish": made(5, "swish", 3, [4, 6, 5], []),
    "four, tanh, a context": made(6, "tanh", 2, [5, 4, 3, 5], [0.3]),
}

path = pathlib.Path(__file__).parents[2] / "test" / "known" / "flows" / "continuous.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(cases) + "\n")
