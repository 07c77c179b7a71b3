"""Known answers for src/diagnostics: writes test/known/diagnostics.json from ArviZ and scipy.

    python -m venv venv && venv/bin/pip install arviz==0.23.4 scipy==1.17.1
    venv/bin/python scripts/reference/diagnostics.py [DRAWS.json.gz] > test/known/diagnostics.json

DRAWS are the reference draws of posteriordb's eight_schools-eight_schools_noncentered. All inputs are rounded before
anything is computed from them, so that the file holds them exactly.
"""

import gzip
import json
import logging
import sys
import warnings

logging.disable()
warnings.filterwarnings("ignore")

import arviz as az
import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(20211)


def autoregressive(phi, chains, draws):
    x = rng.normal(size=(chains, draws))
    for i in range(1, draws):
        x[:, i] = phi * x[:, i - 1] + np.sqrt(1 - phi**2) * x[:, i]
    return x


def series():
    yield "independent, odd length", rng.normal(size=(4, 51))
    yield "autoregressive 0.5", autoregressive(0.5, 4, 100)
    yield "autoregressive 0.95", autoregressive(0.95, 4, 100)
    yield "antithetic", autoregressive(-0.6, 4, 80)
    yield "chains apart", autoregressive(0.3, 4, 60) + np.array([[0.0], [0.0], [0.5], [1.5]])
    yield "chains of unlike spread", rng.normal(size=(4, 60)) * np.array([[1.0], [1.0], [1.0], [4.0]])
    yield "random walks", rng.normal(size=(2, 90)).cumsum(axis=1)
    yield "cauchy", rng.standard_cauchy(size=(4, 60))
    yield "ties", rng.poisson(2, size=(4, 60)).astype(float)
    yield "short", rng.normal(size=(2, 8))
    if len(sys.argv) > 1:
        draws = json.load(gzip.open(sys.argv[1]))
        for name in ["tau", "theta[1]"]:
            yield f"eight schools {name}", np.array(draws[name]).reshape(10, 1000)[:4, :120]


def diagnose(x):
    def mcse(method, **more):
        return float(az.mcse(x, method=method, **more))

    def ess(method, **more):
        return float(az.ess(x, method=method, **more))

    return {
        "rhat": float(az.rhat(x, method="rank")),
        "essBulk": ess("bulk"),
        "essTail": ess("tail"),
        "essMean": ess("mean"),
        "essSd": ess("sd"),
        "essMedian": ess("median"),
        "essQuantile10": ess("quantile", prob=0.1),
        "mcseMean": mcse("mean"),
        "mcseSd": mcse("sd"),
        "mcseMedian": mcse("median"),
        "mcseQuantile10": mcse("quantile", prob=0.1),
        "quantiles": [float(np.quantile(x, p)) for p in (0.05, 0.5, 0.95, 0.1234)],
        "ebfmi": [float(e) for e in az.bfmi(x)],
    }


def log_weights():
    z = rng.normal(size=150)
    yield "wide guide", stats.norm.logpdf(z * 1.5) - stats.norm.logpdf(z * 1.5, scale=1.5), 1.0
    yield "narrow guide", stats.norm.logpdf(z * 0.6) - stats.norm.logpdf(z, scale=1) + np.log(0.6), 1.0
    yield "heavy tails", 1.2 * rng.exponential(size=200), 1.0
    yield "heavy tails of dependent draws", 0.5 * rng.exponential(size=200), 0.4
    yield "large numbers", -1000 + 3 * rng.normal(size=100), 1.0
    yield "weights of zero", np.where(np.arange(120) % 3 == 0, -1e30, rng.normal(size=120)), 1.0
    yield "tiny spread", 1e-2 * rng.normal(size=100), 1.0


def smooth(x, efficiency):
    smoothed, khat = az.psislw(x.copy(), reff=efficiency)
    return {"khat": float(khat), "smoothed": [float(v) for v in smoothed]}


def main():
    chains = []
    for name, x in series():
        x = np.round(x, 5)
        chains.append({"name": name, "draws": x.tolist(), **diagnose(x)})
    psis = []
    for name, x, efficiency in log_weights():
        x = np.round(x, 6)
        psis.append({"name": name, "logWeights": x.tolist(), "efficiency": efficiency, **smooth(x, efficiency)})
    p = [1e-300, 1e-12, 1e-4, 0.02, 0.074, 0.3, 0.5, 0.8, 0.9999, 1 - 2.0**-53]
    beta = [(0.1586553, 11.0, 3.5), (0.8413447, 200.5, 1800.25), (0.5, 1.0, 1.0), (0.01, 0.75, 40.0), (0.9, 4000.0, 0.5)]
    print(
        json.dumps(
            {
                "versions": {"arviz": az.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
                "chains": chains,
                "psis": psis,
                "normalQuantile": [[v, float(stats.norm.ppf(v))] for v in p],
                "betaQuantile": [[*v, float(stats.beta.ppf(*v))] for v in beta],
            },
            separators=(",", ":"),
        ).replace('{"name"', '\n{"name"')
    )


main()
