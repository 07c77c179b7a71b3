"""Known answers for leave-one-out cross-validation and what goes with it: writes test/known/prediction.json from ArviZ.

    python -m venv venv && venv/bin/pip install arviz==0.23.4 scipy==1.17.1
    venv/bin/python scripts/reference/prediction.py > test/known/prediction.json

The draws are made by a formula that the tests repeat: Park and Miller's generator, x ← 16807 x mod 2^31 − 1, u = x / (2^31 − 1), and a
sum of twelve u less 6 for a normal. Stacking weights come from 200,000 steps of the EM algorithm besides ArviZ's optimiser, which stops
early.
"""

import json
import logging
import warnings

logging.disable()
warnings.filterwarnings("ignore")

import arviz as az
import numpy as np
import scipy
from scipy import stats

CHAINS, DRAWS = 4, 150
Y = [1.3, -0.4, 0.7, 2.1, 0.2, -1.1, 0.9, 1.7, 0.4, 0.1, 7.5, -0.8]
# Per model: the seed, the centre and spread of its mean, those of log sigma, the autocorrelation.
MODELS = {
    "steady": (11, 0.6, 0.35, 0.1, 0.2, 0.3),
    "wide": (12, 0.9, 0.5, 0.8, 0.25, 0.0),
    "narrow": (13, 0.4, 0.3, -0.1, 0.15, 0.6),
}


def uniforms(seed):
    x = seed
    while True:
        x = 16807 * x % (2**31 - 1)
        yield x / (2**31 - 1)


def normals(seed):
    u = uniforms(seed)
    while True:
        total = 0.0
        for _ in range(12):
            total += next(u)
        yield total - 6.0


def draws(seed, centre, spread, log_centre, log_spread, phi):
    z = normals(seed)
    mu = np.zeros((CHAINS, DRAWS))
    sigma = np.zeros((CHAINS, DRAWS))
    predicted = np.zeros((CHAINS, DRAWS, len(Y)))
    for c in range(CHAINS):
        a = b = 0.0
        for s in range(DRAWS):
            a = phi * a + np.sqrt(1 - phi * phi) * next(z)
            b = phi * b + np.sqrt(1 - phi * phi) * next(z)
            mu[c, s] = centre + spread * a
            sigma[c, s] = np.exp(log_centre + log_spread * b)
            for i in range(len(Y)):
                predicted[c, s, i] = mu[c, s] + sigma[c, s] * next(z)
    return mu, sigma, predicted


def inference_data(spec):
    mu, sigma, predicted = draws(*spec)
    y = np.array(Y)
    idata = az.from_dict(
        posterior={"mu": mu, "sigma": sigma},
        posterior_predictive={"y": predicted},
        log_likelihood={"y": stats.norm.logpdf(y, mu[..., None], sigma[..., None])},
        observed_data={"y": y},
    )
    prior = {"mu": stats.norm.logpdf(mu, 0, 1), "sigma": stats.expon.logpdf(sigma)}
    idata.add_groups(log_prior=az.dict_to_dataset(prior))
    return idata


def relative_error(idata, loo, k, reff):
    """MCSE of each elpd: √(log(1 + Σ w² (p/E − 1)²) / r_eff), from ArviZ's own smoothed weights."""
    ll = idata.log_likelihood["y"].stack(__sample__=("chain", "draw")).values
    weights = np.exp(az.psislw(-ll, reff)[0])
    lik = np.exp(ll)
    mean = (weights * lik).sum(1)
    variance = (weights**2 * (lik - mean[:, None]) ** 2).sum(1)
    return np.sqrt(np.log1p(variance / mean**2) / reff)


def em(elpds):
    """Stacking weights of pointwise elpds [models, observations]."""
    p = np.exp(elpds - elpds.max(0))
    w = np.full(len(p), 1 / len(p))
    for _ in range(200_000):
        w = w * (p / (w @ p)).mean(1)
    return w


def main():
    models, loos = {}, {}
    for name, spec in MODELS.items():
        idata = inference_data(spec)
        loo, waic = az.loo(idata, pointwise=True), az.waic(idata, pointwise=True)
        loos[name] = loo
        ess = az.ess(idata.posterior, method="mean")
        reff = float(np.mean([ess["mu"].values, ess["sigma"].values]) / (CHAINS * DRAWS))
        models[name] = {
            "spec": spec,
            "relativeEfficiency": reff,
            "loo": {
                "elpd": float(loo.elpd_loo),
                "se": float(loo.se),
                "p": float(loo.p_loo),
                "pointwise": loo.loo_i.values.tolist(),
                "khat": loo.pareto_k.values.tolist(),
                "threshold": float(loo.good_k),
                "mcse": relative_error(idata, loo, loo.pareto_k, reff).tolist(),
            },
            "waic": {
                "elpd": float(waic.elpd_waic),
                "se": float(waic.se),
                "p": float(waic.p_waic),
                "pointwise": waic.waic_i.values.tolist(),
                "warning": bool(waic.warning),
            },
            "looPit": az.loo_pit(idata, y="y").tolist(),
            "sensitivity": {
                component: {k: float(v) for k, v in az.psens(idata, component=component).items()}
                for component in ("prior", "likelihood")
            },
        }
    stacking = az.compare(loos, method="stacking")
    bma = az.compare(loos, method="BB-pseudo-BMA", b_samples=20_000, seed=1)
    names = list(stacking.index)
    elpds = np.array([loos[name].loo_i.values for name in names])
    compared = [
        {
            "name": name,
            "difference": -float(stacking.elpd_diff[name]),
            "differenceSe": float(stacking.dse[name]),
            "arvizStacking": float(stacking.weight[name]),
            "stacking": float(weight),
            "pseudoBma": float(bma.weight[name]),
        }
        for name, weight in zip(names, em(elpds))
    ]
    print(
        json.dumps(
            {
                "versions": {"arviz": az.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
                "chains": CHAINS,
                "draws": DRAWS,
                "y": Y,
                "models": models,
                "compared": compared,
            },
            separators=(",", ":"),
        ).replace('{"spec"', '\n{"spec"')
    )


main()
