"""Writes test/known/linearFlows.json: matrix exponentials, matrices of linear flows and Sylvester maps.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy==2.4.6 scipy==1.17.1 mpmath==1.4.1
    reference-venv/bin/python -P scripts/reference/linearFlows.py

Exponentials are mpmath's with 60 digits, compared with scipy's. The other matrices are written out from their definitions: reflections one
after another, triangles element by element; their determinants are numpy's, and so are the orthonormal columns (by QR) and the
determinants of the Jacobians of Sylvester maps.
"""

import json
import pathlib

import mpmath as mp
import numpy as np
import scipy
import scipy.linalg

mp.mp.dps = 60
generator = np.random.default_rng(5)


def exponential(a):
    truth = np.array(mp.expm(mp.matrix(a.tolist()), method="taylor").tolist(), dtype=float)
    gap = np.abs(truth - scipy.linalg.expm(a)).max() / np.abs(truth).max()
    print("expm", a.shape, np.abs(a).sum(0).max(), "scipy differs by", gap)
    assert gap < 1e-14 * (1 + np.abs(a).sum(0).max())
    return {"a": a.tolist(), "exp": truth.tolist()}


def skew(n, size):
    a = generator.normal(size=(n, n))
    a = a - a.T
    return a * size / max(np.abs(a).sum(0).max(), 1e-300)


def scaled(n, size):
    a = generator.normal(size=(n, n))
    return a * size / np.abs(a).sum(0).max()


EXPONENTIALS = (
    [np.zeros((3, 3)), np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[1.0, 500.0], [0.0, -1.0]]), np.array([[-30.0]])]
    + [scaled(n, size) for n, size in ((2, 1e-8), (4, 0.7499), (4, 0.7501), (5, 3.0), (3, 30.0))]
    + [skew(n, size) for n, size in ((2, 3.0), (5, 40.0), (4, 700.0))]
)


def below(off):
    return np.tril(off, -1) / np.sqrt(len(off))


def above(off):
    return np.triu(off, 1) / np.sqrt(len(off))


def reflections(vectors):
    product = np.eye(vectors.shape[1])
    for v in vectors:
        product = product @ (np.eye(len(v)) - 2 * np.outer(v, v) / (v @ v))
    return product


def lower_triangle(logDiagonal, off):
    return np.diag(np.exp(logDiagonal)) @ (np.eye(len(off)) + below(off))


def upper_triangle(logDiagonal, off):
    return np.diag(np.exp(logDiagonal)) @ (np.eye(len(off)) + above(off))


def antisymmetric(off):
    return below(off) - below(off).T


def cayley(off):
    one = np.eye(len(off))
    return (one - antisymmetric(off)) @ np.linalg.inv(one + antisymmetric(off))


N = 5
logDiagonal = generator.normal(size=N)
off = generator.normal(size=(N, N))
vectors = generator.normal(size=(4, N))
order = [3, 0, 4, 2, 1]

MATRICES = {
    "diagonal": np.diag(np.exp(logDiagonal)),
    "triangular": lower_triangle(logDiagonal, off),
    "upper": upper_triangle(logDiagonal, off),
    "plu": (np.eye(N)[order] @ (np.eye(N) + below(off)) @ upper_triangle(logDiagonal, off)),
    "qr": reflections(vectors) @ upper_triangle(logDiagonal, off),
    "householder": reflections(vectors),
    "cayley": cayley(off),
    "rotation": scipy.linalg.expm(antisymmetric(off)),
    "exponential": scipy.linalg.expm(off / np.sqrt(N)),
    "full": np.eye(N) + off / np.sqrt(N),
}


def orthonormal(directions):
    """Columns with the span of the rows, each with a positive part along its own row: QR with a positive diagonal."""
    q, r = np.linalg.qr(directions.T)
    return q * np.sign(np.diag(r))


def sylvester(n, rank, scale):
    outer, inner = generator.normal(size=(2, rank, rank)) * scale
    bias = generator.normal(size=rank)
    directions = generator.normal(size=(rank, n))
    x = generator.normal(size=n)
    q = orthonormal(directions)
    product = np.diag(outer) * np.diag(inner)
    moved = np.log1p(np.exp(product + np.log(np.e - 1))) - 1
    r = np.triu(outer, 1) + np.diag(np.diag(outer) + (moved - product) / np.diag(inner))
    tilde = np.triu(inner)
    bend = np.tanh(tilde @ q.T @ x + bias)
    jacobian = np.eye(n) + q @ r @ np.diag(1 - bend**2) @ tilde @ q.T
    given = {"outer": outer, "inner": inner, "bias": bias, "directions": directions, "x": x, "value": x + q @ r @ bend}
    return {**{name: value.tolist() for name, value in given.items()}, "logDet": float(np.linalg.slogdet(jacobian)[1])}


def main():
    data = {
        "what": "written by scripts/reference/linearFlows.py",
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "mpmath": mp.__version__},
        "exponentials": [exponential(a) for a in EXPONENTIALS],
        "parameters": {
            "logDiagonal": logDiagonal.tolist(),
            "off": off.tolist(),
            "vectors": vectors.tolist(),
            "order": order,
        },
        "matrices": {
            name: {"matrix": w.tolist(), "logDet": float(np.linalg.slogdet(w)[1])} for name, w in MATRICES.items()
        },
        "sylvester": [sylvester(n, rank, scale) for n, rank, scale in ((1, 1, 1), (4, 1, 2), (5, 3, 1), (3, 3, 3))],
    }
    path = pathlib.Path(__file__).parents[2] / "test" / "known" / "linearFlows.json"
    path.write_text(json.dumps(data, indent=1) + "\n")


main()
