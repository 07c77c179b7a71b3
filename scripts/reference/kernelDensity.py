"""Writes test/known/kernelDensity.json: kernel density estimates to hold kernelDensity against.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpy scipy==1.17.1
    reference-venv/bin/python scripts/reference/kernelDensity.py
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.stats import gaussian_kde

random = np.random.default_rng(7)
cases = []
for size, count in [(1, 40), (2, 60), (3, 80)]:
    mix = random.normal(size=(size, size)) + 2 * np.eye(size)
    samples = random.normal(size=(count, size)) @ mix.T + random.normal(size=size) * 5
    samples[: count // 2] += 4
    points = np.concatenate([samples[:3] + 0.1, samples.mean(0)[None], samples.mean(0)[None] + 60])
    for bandwidth in ["scott", "silverman", 0.3]:
        kde = gaussian_kde(samples.T, bw_method=bandwidth)
        cases.append(
            {
                "bandwidth": bandwidth,
                "factor": float(kde.factor),
                "samples": samples.tolist(),
                "points": points.tolist(),
                "logProb": kde.logpdf(points.T).tolist(),
            }
        )

path = pathlib.Path(__file__).parents[2] / "test/known/kernelDensity.json"
path.write_text(json.dumps({"source": f"scipy {scipy.__version__}, stats.gaussian_kde", "cases": cases}, indent=1) + "\n")
