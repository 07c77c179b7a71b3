"""Writes test/known/linearAlgebra.json: solutions, inverses and determinants by numpy.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy==2.4.6
    reference-venv/bin/python -P scripts/reference/linearAlgebra.py
"""

import json
import pathlib

import numpy as np

generator = np.random.default_rng(4)


def case(a, b):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    return {
        "a": a.tolist(),
        "b": b.tolist(),
        "solution": np.linalg.solve(a, b).tolist(),
        "inverse": np.linalg.inv(a).tolist(),
        "logDet": float(np.linalg.slogdet(a)[1]),
    }


CASES = [
    ([[-2.5]], [[1, 2]]),
    ([[0, 2], [3, 1]], [[1], [4]]),
    ([[1e-20, 1], [1, 1]], [[1], [2]]),
    ([[0, 0, 1], [2, 0, 0], [0, -3, 0]], [[1, 0], [2, 1], [3, -1]]),
    *[(generator.normal(size=(n, n)), generator.normal(size=(n, 2))) for n in (2, 3, 5, 8, 20)],
]
known = [case(a, b) for a, b in CASES]
target = pathlib.Path(__file__).parents[2] / "test/known/linearAlgebra.json"
lines = ",\n    ".join(json.dumps(each) for each in known)
source = f"numpy {np.__version__}; scripts/reference/linearAlgebra.py"
target.write_text(f'{{\n  "source": "{source}",\n  "cases": [\n    {lines}\n  ]\n}}\n')
