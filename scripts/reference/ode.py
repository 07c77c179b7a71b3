"""Writes test/known/ode.json: solutions of ordinary differential equations to hold solveOde against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1
    reference-venv/bin/python scripts/reference/ode.py

By scipy's DOP853 at rtol 1e-13, atol 1e-13.
"""

import json
import pathlib

import numpy as np
from scipy.integrate import solve_ivp


def lotka_volterra(t, y):
    return [y[0] * (0.55 - 0.028 * y[1]), y[1] * (0.024 * y[0] - 0.8)]


def van_der_pol(t, y):
    return [y[1], 2.0 * (1 - y[0] ** 2) * y[1] - y[0]]


def forced(t, y):
    return [-0.7 * y[0] + np.sin(2 * t)]


def solved(f, initial, start, times):
    made = solve_ivp(f, (start, times[-1]), initial, method="DOP853", t_eval=times, rtol=1e-13, atol=1e-13)
    return {"initial": initial, "start": start, "times": list(times), "values": made.y.T.tolist()}


path = pathlib.Path(__file__).parents[2] / "test" / "known" / "ode.json"
path.write_text(
    json.dumps(
        {
            "lotkaVolterra": solved(lotka_volterra, [30.0, 4.0], 0.0, [1.0, 2.0, 5.0, 12.0, 20.0]),
            "vanDerPol": solved(van_der_pol, [2.0, 0.0], 0.0, [0.5, 3.0, 8.0]),
            "forced": solved(forced, [1.5], 1.0, [1.25, 2.0, 6.0]),
        },
        indent=1,
    )
    + "\n"
)
