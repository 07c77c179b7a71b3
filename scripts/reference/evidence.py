"""Log marginal likelihoods in closed form or by quadrature, into test/known/evidence.json.

Needs Python 3 with scipy 1.17.1: pip install scipy==1.17.1
"""

import json
from pathlib import Path

import numpy as np
from scipy import integrate, special, stats

y = np.array([1.3, -0.4, 2.1, 0.7, 1.9])
conjugate = stats.multivariate_normal(np.zeros(5), np.eye(5) + 4 * np.ones((5, 5))).logpdf(y)

counts = np.array([3, 0, 4, 2, 5, 1, 2])
shape, rate = 2.5, 0.8
total, n = counts.sum(), len(counts)
gamma_poisson = (
    shape * np.log(rate)
    - special.gammaln(shape)
    - special.gammaln(counts + 1).sum()
    + special.gammaln(shape + total)
    - (shape + total) * np.log(rate + n)
)

rows = np.arange(20)
design = np.stack([np.ones(20), np.sin(rows), rows / 10.0], axis=1)
response = 0.5 + 1.2 * np.sin(rows) - 0.3 * rows / 10.0 + 0.4 * np.cos(3.1 * rows)
regression = stats.multivariate_normal(np.zeros(20), 0.25 * np.eye(20) + 4 * design @ design.T).logpdf(response)
without = stats.multivariate_normal(np.zeros(20), 0.25 * np.eye(20) + 4 * design[:, :2] @ design[:, :2].T).logpdf(response)

effects = np.array([28, 8, -3, 7, -1, 1, 18, 12.0])
errors = np.array([15, 10, 16, 11, 9, 11, 10, 18.0])


def given_scale(tau):
    """The effects given tau: normal, mu ~ normal(0, 5) integrated out."""
    return np.exp(stats.multivariate_normal(np.zeros(8), np.diag(errors**2 + tau**2) + 25).logpdf(effects))


def integrand(u):
    tau = 5 * np.tan(u)
    return given_scale(tau) * 2 / np.pi


schools = np.log(integrate.quad(integrand, 0, np.pi / 2, epsabs=0, epsrel=1e-12)[0])

known = {
    "source": "scipy 1.17.1: closed forms; eight schools by quadrature over tau",
    "conjugate": {"y": y.tolist(), "value": float(conjugate)},
    "gammaPoisson": {"y": counts.tolist(), "shape": shape, "rate": rate, "value": float(gamma_poisson)},
    "regression": {
        "x": design.tolist(),
        "y": response.tolist(),
        "value": float(regression),
        "withoutSlope": float(without),
    },
    "eightSchools": {"value": float(schools)},
}
path = Path(__file__).resolve().parents[2] / "test" / "known" / "evidence.json"
path.write_text(json.dumps(known, indent=1) + "\n")
print({name: each.get("value") for name, each in known.items() if isinstance(each, dict)})
