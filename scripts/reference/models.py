"""Writes test/known/models.json: posteriors of models in models/, by NumPyro.

    python3 -m venv reference-venv
    reference-venv/bin/pip install numpyro==0.22.0 jax==0.10.2 arviz==0.23.4
    reference-venv/bin/python -P scripts/reference/models.py [NAME ...]

Each model is written out here anew, in NumPyro's words. The data are those of the TypeScript files, which Node prints. Four chains of NUTS
of 1,000 + 2,500 draws (radon 1,000 + 1,000) in double; for each number its mean and sd with their Monte Carlo errors, by ArviZ. Names given
replace those models' values and keep the others.
"""

import json
import pathlib
import subprocess
import sys

import arviz as az
import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS

numpyro.enable_x64()
numpyro.set_host_device_count(1)

root = pathlib.Path(__file__).parents[2]
target = root / "test/known/models.json"


def data_of(name):
    program = f'import("./models/{name}.ts").then(({{ data }}) => console.log(JSON.stringify(data)))'
    made = subprocess.run(
        ["node", "--import", "tsx", "-e", program], cwd=root, check=True, capture_output=True, text=True
    )
    return {key: np.array(value) for key, value in json.loads(made.stdout).items()}


def rats(age, weight):
    intercept = numpyro.sample("intercept", dist.Normal(0, 1000))
    slope = numpyro.sample("slope", dist.Normal(0, 1000))
    variance = numpyro.sample("variance", dist.InverseGamma(0.001, 0.001))
    of_intercepts = numpyro.sample("interceptVariance", dist.InverseGamma(0.001, 0.001))
    of_slopes = numpyro.sample("slopeVariance", dist.InverseGamma(0.001, 0.001))
    intercepts = numpyro.sample("intercepts", dist.Normal(intercept, jnp.sqrt(of_intercepts)).expand([30]))
    slopes = numpyro.sample("slopes", dist.Normal(slope, jnp.sqrt(of_slopes)).expand([30]))
    sigma = numpyro.deterministic("sigma", jnp.sqrt(variance))
    numpyro.deterministic("birth", intercept - 22 * slope)
    mean = intercepts[:, None] + slopes[:, None] * (age - 22)
    numpyro.sample("weight", dist.Normal(mean, sigma), obs=weight)


def hidden_markov(year, quakes):
    free = numpyro.sample("free", dist.ImproperUniform(dist.constraints.ordered_vector, (), (2,)))
    rate = numpyro.deterministic("rate", jnp.exp(free))
    prior = dist.Gamma(4, 0.2).log_prob(rate).sum() + free.sum()  # dr = r d(log r)
    numpyro.factor("prior", prior)
    stay = numpyro.sample("stay", dist.Beta(8, 2).expand([2]))
    transition = jnp.array([[stay[0], 1 - stay[0]], [1 - stay[1], stay[1]]])
    logs = dist.Poisson(rate).log_prob(quakes[:, None])

    def step(forward, log):
        return jax.scipy.special.logsumexp(forward[:, None] + jnp.log(transition), axis=0) + log, None

    last, _ = jax.lax.scan(step, jnp.log(0.5) + logs[0], logs[1:])
    numpyro.factor("likelihood", jax.scipy.special.logsumexp(last))


def survival_censored(group, lastSeen, weeks):
    shape = numpyro.sample("shape", dist.LogNormal(1, 1))
    median = numpyro.sample("median", dist.LogNormal(3, 1).expand([4]))
    scale = (median / jnp.log(2.0) ** (1 / shape))[group]
    died = weeks < lastSeen
    log_survival = -((weeks / scale) ** shape)
    log_hazard = jnp.log(shape / scale) + (shape - 1) * jnp.log(weeks / scale)
    numpyro.factor("likelihood", jnp.sum(log_survival + jnp.where(died, log_hazard, 0)))


def ordinal(additive, rating):
    effect = numpyro.sample("effect", dist.ZeroSumNormal(5.0, (4,)))
    cutpoints = numpyro.sample("cutpoints", dist.ImproperUniform(dist.constraints.ordered_vector, (), (8,)))
    numpyro.factor("prior", dist.Normal(0, 5).log_prob(cutpoints).sum())
    numpyro.deterministic("behind", effect[3] - effect[:3])
    numpyro.sample("rating", dist.OrderedLogistic(effect[additive], cutpoints), obs=rating)


def gp_counts(span, disasters):
    level = numpyro.sample("level", dist.Normal(1, 1))
    amplitude = numpyro.sample("amplitude", dist.Gamma(4, 4))
    length = numpyro.sample("lengthScale", dist.InverseGamma(10, 50))
    r = jnp.abs(span[:, None] - span[None, :]) / length
    share = (1 + jnp.sqrt(3.0) * r) * jnp.exp(-jnp.sqrt(3.0) * r)
    factor = amplitude * jnp.linalg.cholesky(share + 1e-9 * jnp.eye(len(span)))
    z = numpyro.sample("z", dist.Normal(0, 1).expand([len(span)]))
    log_rate = numpyro.deterministic("logRate", level + factor @ z)
    numpyro.sample("disasters", dist.Poisson(jnp.exp(log_rate)), obs=disasters)


def radon(county, floor, logRadon):
    mu_alpha = numpyro.sample("muAlpha", dist.Normal(0, 10))
    mu_beta = numpyro.sample("muBeta", dist.Normal(0, 10))
    sigma_alpha = numpyro.sample("sigmaAlpha", dist.HalfNormal(1))
    sigma_beta = numpyro.sample("sigmaBeta", dist.HalfNormal(1))
    sigma = numpyro.sample("sigma", dist.HalfNormal(1))
    alpha = numpyro.sample("alpha", dist.Normal(mu_alpha, sigma_alpha).expand([386]))
    beta = numpyro.sample("beta", dist.Normal(mu_beta, sigma_beta).expand([386]))
    numpyro.sample("logRadon", dist.Normal(alpha[county] + beta[county] * floor, sigma), obs=logRadon)


models = {
    "rats": (rats, []),
    "hidden-markov": (hidden_markov, ["free"]),
    "survival-censored": (survival_censored, []),
    "ordinal": (ordinal, []),
    "gp-counts": (gp_counts, ["z"]),
    "radon": (radon, ["alpha", "beta"]),
}


def summary(draws):
    """Mean and sd of one number with their Monte Carlo errors: draws [chain, draw]."""
    return {
        "mean": float(draws.mean()),
        "sd": float(draws.std(ddof=1)),
        "mcseMean": float(az.mcse(draws, method="mean")),
        "mcseSd": float(az.mcse(draws, method="sd")),
    }


def posterior_of(name):
    program, left_out = models[name]
    draws = 1000 if name == "radon" else 2500
    kernel = NUTS(program, target_accept_prob=0.95 if name == "gp-counts" else 0.8)
    chains = MCMC(kernel, num_warmup=1000, num_samples=draws, num_chains=4, chain_method="sequential", progress_bar=False)
    chains.run(jax.random.PRNGKey(20), **data_of(name))
    values = {}
    for variable, made in chains.get_samples(group_by_chain=True).items():
        if variable in left_out or "likelihood" in variable or "prior" in variable:
            continue
        flat = np.asarray(made).reshape(4, draws, -1)
        values[variable] = [summary(flat[..., i]) for i in range(flat.shape[-1])]
    return values


known = json.loads(target.read_text()) if target.exists() else {}
for name in sys.argv[1:] or models:
    known[name] = posterior_of(name)
    print(name, {k: [round(x["mean"], 4) for x in v[:3]] for k, v in known[name].items()})
    known["made by"] = f"NumPyro {numpyro.__version__}, JAX {jax.__version__}, ArviZ {az.__version__}"
    target.write_text(json.dumps(known, indent=1) + "\n")
