"""Known answers for src/optimise/adam.ts: writes test/optimise/adam.json.

    python -m venv venv && venv/bin/pip install numpy==2.4.6
    venv/bin/python scripts/reference/adam.py > test/optimise/adam.json

Adam as algorithm 1 of Kingma & Ba (2015) has it, in double precision with numpy, moments and bias corrections written out
one by one; 20 gradients of very different sizes, some of them 0, rounded before anything is computed from them.
"""

import json

import numpy as np

rng = np.random.default_rng(1412)
STEPS, SIZE = 20, 4
sizes = np.array([1.0, 1e-3, 1e3, 1e-9])
gradients = np.array([[float(f"{v:.6g}") for v in row] for row in rng.normal(size=(STEPS, SIZE)) * sizes])
gradients[5] = 0
start = np.array([0.5, -1.0, 2.0, 0.0])


def adam(rates, beta1, beta2, epsilon):
    theta, m, v = start.copy(), np.zeros(SIZE), np.zeros(SIZE)
    path = []
    for t, (g, rate) in enumerate(zip(gradients, rates), start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - rate * m_hat / (np.sqrt(v_hat) + epsilon)
        path.append(theta.tolist())
    return path


cases = [
    {"options": {}, "rates": [0.05] * STEPS},
    {"options": {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}, "rates": [0.1 / (t + 1) for t in range(STEPS)]},
    {"options": {"beta1": 0, "beta2": 0.5}, "rates": [0.01] * STEPS},
]
for case in cases:
    options = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, **case["options"]}
    case["path"] = adam(case["rates"], **options)

print(json.dumps({"numpy": np.__version__, "start": start.tolist(), "gradients": gradients.tolist(), "cases": cases}))
