"""Writes test/known/hiddenMarkov.json: hidden Markov models worked out by other means than ours.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python -P scripts/reference/hiddenMarkov.py

Log-likelihood and smoothed probabilities by products of matrices in mpmath with 60 digits, no logarithms taken until the end; the most
likely path by dynamic programming in numpy. Emissions are normal, by scipy.
"""

import json
import pathlib

import mpmath as mp
import numpy as np
import scipy
from scipy import stats

mp.mp.dps = 60


def matrix(values):
    return mp.matrix([[mp.mpf(float(x)) for x in row] for row in values])


def evidence(initial, transitions, logs):
    """The log-likelihood, and p(state at t | all): forward and backward products with as many digits as they need."""
    times, states = logs.shape
    likely = [mp.diag([mp.exp(mp.mpf(float(x))) for x in row]) for row in logs]
    row = matrix([initial])
    forward = [row * likely[0]]
    for t in range(1, times):
        forward.append(forward[-1] * matrix(transitions[t - 1]) * likely[t])
    column = mp.matrix([1] * states)
    backward = [column]
    for t in range(times - 1, 0, -1):
        backward.append(matrix(transitions[t - 1]) * likely[t] * backward[-1])
    backward.reverse()
    total = sum(forward[-1][0, k] for k in range(states))
    smoothed = [[float(f[0, k] * b[k] / total) for k in range(states)] for f, b in zip(forward, backward)]
    return float(mp.log(total)), smoothed


def best_path(initial, transitions, logs):
    with np.errstate(divide="ignore"):
        score = np.log(initial) + logs[0]
        pointers = []
        for t in range(1, len(logs)):
            ways = score[:, None] + np.log(transitions[t - 1])
            pointers.append(ways.argmax(0))
            score = ways.max(0) + logs[t]
    path = [int(score.argmax())]
    for pointer in reversed(pointers):
        path.append(int(pointer[path[-1]]))
    return path[::-1]


def case(name, initial, transition, loc, scale, x):
    initial, transition, x = np.array(initial), np.array(transition), np.array(x)
    transitions = transition if transition.ndim == 3 else [transition] * (len(x) - 1)
    logs = stats.norm.logpdf(x[:, None], np.array(loc), np.array(scale))
    log_prob, smoothed = evidence(initial, transitions, logs)
    return {
        "name": name,
        "initial": initial.tolist(),
        "transition": transition.tolist(),
        "loc": loc,
        "scale": scale,
        "x": x.tolist(),
        "logProb": log_prob,
        "smoothed": smoothed,
        "path": best_path(initial, transitions, logs),
    }


def main():
    rng = np.random.default_rng(20)
    sticky = [[0.9, 0.07, 0.03], [0.1, 0.8, 0.1], [0.02, 0.18, 0.8]]
    states = [0]
    for _ in range(39):
        states.append(int(rng.choice(3, p=sticky[states[-1]])))
    loc, scale = [-2.0, 0.0, 3.0], [0.5, 1.0, 0.7]
    x = np.round(np.array(loc)[states] + np.array(scale)[states] * rng.standard_normal(40), 3)
    outlier = x.copy()
    outlier[[7, 8, 20]] = [80.0, -60.0, 45.0]
    onward = [[0.7, 0.3, 0], [0, 0.6, 0.4], [0, 0, 1]]
    moving = np.round(rng.dirichlet([1, 2, 1], size=(11, 3)), 3)
    moving[..., 2] = 1 - moving[..., :2].sum(-1)
    cases = [
        case("sticky", [0.6, 0.3, 0.1], sticky, loc, scale, x),
        case("far out of all states", [0.6, 0.3, 0.1], sticky, loc, scale, outlier),
        case("left to right", [1, 0, 0], onward, loc, scale, x[:15]),
        case("left to right, against the order", [1, 0, 0], onward, loc, [0.05, 0.05, 0.05], [3, 3, -2, -2, 0, 0]),
        case("varying with time", [0.2, 0.2, 0.6], moving, loc, scale, x[:12]),
        case("one time", [0.2, 0.2, 0.6], sticky, loc, scale, x[:1]),
    ]
    head = {
        "what": "hidden Markov models with normal emissions, written by scripts/reference/hiddenMarkov.py",
        "versions": {"scipy": scipy.__version__, "numpy": np.__version__, "mpmath": mp.__version__},
        "cases": cases,
    }
    path = pathlib.Path(__file__).parents[2] / "test" / "known" / "hiddenMarkov.json"
    path.write_text(json.dumps(head, indent=1) + "\n")
    for each in cases:
        print(each["name"], each["logProb"])


main()
