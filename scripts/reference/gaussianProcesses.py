"""Writes test/known/gaussianProcesses.json: kernels, marginal log-densities and predictions of Gaussian processes.

    python3 -m venv reference-venv
    reference-venv/bin/pip install scikit-learn==1.9.1
    reference-venv/bin/python -P scripts/reference/gaussianProcesses.py

Kernels come from sklearn.gaussian_process.kernels, densities and predictions from its GaussianProcessRegressor with fixed kernels.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process import kernels as k

LINE = np.array([[-10.0], [-8], [-6.5], [-4], [0.1], [3], [3.5], [8]])
PLANE = np.array([[0.0, 1], [0.5, -1], [2, 0.25], [-1, 3], [1.5, 1.5]])
NEW = {"line": np.array([[-7.0], [0.1], [5], [20]]), "plane": np.array([[0.0, 1], [1, 1], [-2, 0.5]])}
INPUTS = {"line": LINE, "plane": PLANE}
SEEN = {
    "line": [4.75906, 1.59423, 2.99548, 5.27501, 1.66472, 2.24347, 2.8914, 4.08681],
    "plane": [0.3, -1.2, 0.7, 2.1, -0.4],
}


def both(one):
    return {"line": one, "plane": one}


# name: for each set of inputs, the kernel; the test builds the same ones from ours
KERNELS = {
    "squaredExponential": both(k.ConstantKernel(1.7**2) * k.RBF(2.3)),
    "squaredExponential, ARD": {"plane": k.ConstantKernel(1.7**2) * k.RBF([2.3, 0.8])},
    "matern12": both(k.ConstantKernel(1.7**2) * k.Matern(2.3, nu=0.5)),
    "matern32": both(k.ConstantKernel(1.7**2) * k.Matern(2.3, nu=1.5)),
    "matern52": both(k.ConstantKernel(1.7**2) * k.Matern(2.3, nu=2.5)),
    "matern52, ARD": {"plane": k.ConstantKernel(1.7**2) * k.Matern([2.3, 0.8], nu=2.5)},
    "rationalQuadratic": both(k.ConstantKernel(1.7**2) * k.RationalQuadratic(2.3, alpha=0.6)),
    "periodic": {"line": k.ConstantKernel(1.7**2) * k.ExpSineSquared(2.3, periodicity=5.5)},
    "linear": both(k.ConstantKernel(0.7**2) * k.DotProduct(0)),
    "constant": both(k.ConstantKernel(1.7**2)),
    "white": both(k.WhiteKernel(1.7**2)),
    "sum and product": both(
        k.ConstantKernel(1.7**2) * k.RBF(2.3) * k.DotProduct(0) + k.WhiteKernel(0.4**2) + k.Matern(1.1, nu=1.5)
    ),
}
NOISE = 0.6
LEVEL = 0.9


def case(name, where, kernel):
    inputs, new = INPUTS[where], NEW[where]
    seen = np.array(SEEN[where]) - LEVEL
    process = GaussianProcessRegressor(kernel, alpha=NOISE**2, optimizer=None).fit(inputs, seen)
    mean, covariance = process.predict(new, return_cov=True)
    return {
        "kernel": name,
        "inputs": where,
        "among": kernel(inputs).tolist(),
        "between": kernel(inputs, new).tolist(),
        "variance": kernel.diag(inputs).tolist(),
        "logProb": process.log_marginal_likelihood_value_,
        "mean": (mean + LEVEL).tolist(),
        "covariance": covariance.tolist(),
    }


known = {
    "source": f"scikit-learn {sklearn.__version__}; scripts/reference/gaussianProcesses.py",
    "inputs": {name: x.tolist() for name, x in INPUTS.items()},
    "new": {name: x.tolist() for name, x in NEW.items()},
    "seen": SEEN,
    "noise": NOISE,
    "level": LEVEL,
    "cases": [case(name, where, kernel) for name, each in KERNELS.items() for where, kernel in each.items()],
}
target = pathlib.Path(__file__).parents[2] / "test/known/gaussianProcesses.json"
lines = ",\n    ".join(json.dumps(each) for each in known.pop("cases"))
head = json.dumps(known)[:-1]
target.write_text(f'{head}, "cases": [\n    {lines}\n]}}\n')
