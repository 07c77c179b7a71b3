"""Writes test/known/flows/coupling.json: what coupling layers and their networks give, worked out without the library.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy==2.4.6 scipy==1.17.1
    reference-venv/bin/python scripts/reference/coupling.py

- moments: mean and standard deviation of each column (numpy).
- squeeze: an image [4, 6, 2] whose entries count from 0, squeezed by slices.
- network: 3 x 3, 1 x 1, one residual block, 3 x 3, by scipy.signal.correlate2d with zeros beyond the edge, units relu.
- coupling: y = (x1, x2 exp(s(x1)) + t(x1)), s = 4 tanh(r / 4), of t and r from one tanh layer.
"""

import json
import pathlib

import numpy as np
from scipy.signal import correlate2d

random = np.random.default_rng(5)


def plain(x):
    return {"shape": list(x.shape), "values": [float(v) for v in x.ravel()]}


def moments():
    x = random.normal([3, -200, 0.01], [2, 30, 1e-4], size=(40, 3))
    return {"x": plain(x), "mean": plain(x.mean(0)), "sd": plain(x.std(0))}


def squeeze():
    x = np.arange(48).reshape(4, 6, 2)
    blocks = [x[0::2, 0::2], x[0::2, 1::2], x[1::2, 0::2], x[1::2, 1::2]]
    return {"image": [4, 6, 2], "value": plain(np.concatenate(blocks, -1))}


def convolve(x, filter):
    """x [h, w, inputs], w [k, k, inputs, outputs]."""
    w, b = filter
    inputs, outputs = w.shape[2:]
    planes = [sum(correlate2d(x[:, :, i], w[:, :, i, o], mode="same") for i in range(inputs)) for o in range(outputs)]
    return np.stack(planes, -1) + b


def network():
    shapes = [(3, 2, 4), (1, 4, 3), (3, 3, 3), (3, 3, 3), (3, 3, 2)]
    filters = [(random.normal(0, 0.5, (k, k, i, o)), random.normal(0, 0.5, o)) for k, i, o in shapes]
    x = random.normal(size=(3, 4, 2))
    relu = lambda v: np.maximum(v, 0)
    units = convolve(relu(convolve(x, filters[0])), filters[1])
    units = units + convolve(relu(convolve(relu(units), filters[2])), filters[3])
    value = convolve(relu(units), filters[4])
    return {
        "x": plain(x),
        "hidden": [4, 3],
        "blocks": 1,
        "filters": [{"w": plain(w), "b": plain(b)} for w, b in filters],
        "value": plain(value),
    }


def coupling():
    x = random.normal(size=(6, 5))
    layers = [(random.normal(size=(2, 4)), random.normal(size=4)), (random.normal(size=(4, 6)), random.normal(size=6))]
    units = np.tanh(x[:, :2] @ layers[0][0] + layers[0][1]) @ layers[1][0] + layers[1][1]
    shift, raw = units[:, :3], units[:, 3:]
    scale = 4 * np.tanh(raw / 4)
    value = np.concatenate([x[:, :2], x[:, 2:] * np.exp(scale) + shift], -1)
    return {
        "x": plain(x),
        "layers": [{"w": plain(w), "b": plain(b)} for w, b in layers],
        "value": plain(value),
        "logDet": plain(scale.sum(-1)),
    }


known = {"moments": moments(), "squeeze": squeeze(), "network": network(), "coupling": coupling()}
path = pathlib.Path(__file__).parents[2] / "test/known/flows/coupling.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(known, separators=(",", ":")) + "\n")
