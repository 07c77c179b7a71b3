"""Writes test/known/residual.json: what residual flows and Lipschitz constants are held against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy==2.4.6 scipy==1.17.1
    reference-venv/bin/python scripts/reference/residual.py

Matrices with all their singular values, by LAPACK; and one residual layer x + g(x), g(x) = W2ᵀ tanh(W1ᵀ x + b1) + b2, whose weights
are divided by their singular values as LAPACK has them, with its value, the log-determinant of its Jacobian, the largest singular
values of that and of its inverse.
"""

import json
import pathlib

import numpy as np

random = np.random.default_rng(20240611)


def matrices():
    def row(name, a):
        return {"name": name, "matrix": a.tolist(), "singular": np.linalg.svd(a, compute_uv=False).tolist()}

    orthogonal, _ = np.linalg.qr(random.normal(size=(12, 12)))
    near = orthogonal[:, :2] * [1, 0.999999] @ orthogonal[:2]
    yield row("one number", np.array([[-2.5]]))
    yield row("one row", random.normal(size=(1, 7)))
    yield row("one column", random.normal(size=(5, 1)))
    yield row("two rows", random.normal(size=(2, 9)) * 3)
    yield row("square", random.normal(size=(8, 8)))
    yield row("tall", random.normal(size=(20, 6)) * 100)
    yield row("wide", random.normal(size=(4, 15)) * 0.01)
    yield row("all values equal", orthogonal * 1.7)
    yield row("two values nearly equal", near)
    yield row("rank one", np.outer(random.normal(size=6), random.normal(size=5)))
    yield row("large and small", orthogonal[:5, :5] * 10.0 ** np.arange(0, -10, -2)[:, None])
    yield row("wide spread", np.diag([3e4, 1.0, 1e-4]) @ orthogonal[:3, :3])


def layer(size, hidden, lipschitz):
    w1, w2 = random.normal(size=(size, hidden)) * 2, random.normal(size=(hidden, size)) * 2
    b1, b2, x = random.normal(size=hidden), random.normal(size=size), random.normal(size=size)
    bound = np.sqrt(lipschitz)
    v1, v2 = (w * min(1, bound / np.linalg.norm(w, 2)) for w in (w1, w2))
    bend = np.tanh(x @ v1 + b1)
    jacobian = np.eye(size) + ((v1 * (1 - bend**2)) @ v2).T
    singular = np.linalg.svd(jacobian, compute_uv=False)
    return {
        "lipschitz": lipschitz,
        "layers": [{"w": w1.tolist(), "b": b1.tolist()}, {"w": w2.tolist(), "b": b2.tolist()}],
        "bounded": [{"w": v1.tolist(), "b": b1.tolist()}, {"w": v2.tolist(), "b": b2.tolist()}],
        "x": x.tolist(),
        "value": (x + bend @ v2 + b2).tolist(),
        "logDet": np.linalg.slogdet(jacobian)[1],
        "jacobian": jacobian.tolist(),
        "forward": singular[0],
        "inverse": 1 / singular[-1],
    }


path = pathlib.Path(__file__).parents[2] / "test" / "known" / "residual.json"
rows = {"matrices": list(matrices()), "layers": [layer(3, 6, 0.9), layer(1, 4, 0.5), layer(2, 5, 0.97)]}
path.write_text(json.dumps(rows) + "\n")
