"""NUTS of NumPyro in double on one core, 4 chains of 1,000 + 1,000: eight schools non-centred, and the logistic regression of
logreg.json beside this file. One JSON line for each model and way of running the chains. CPU seconds of this process, warm-up
included: `first_cpu_s` of MCMC.run, compilation included; `cpu_s` the median of several runs of a program compiled before, the search
for a starting point left out. ESS are medians of the same runs. Arguments: models to run, of eight_schools and logreg; all without one."""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jax.scipy.special import ndtri
from numpyro.diagnostics import effective_sample_size
from numpyro.infer import MCMC, NUTS

jax.config.update("jax_enable_x64", True)
REPEATS = {"eight_schools": 5, "logreg": 1}


def eight_schools(y, sigma):
    mu = numpyro.sample("mu", dist.Normal(0, 5))
    tau = numpyro.sample("tau", dist.HalfCauchy(5))
    z = numpyro.sample("z", dist.Normal(0, 1).expand([8]))
    theta = numpyro.deterministic("theta", mu + tau * z)
    numpyro.sample("y", dist.Normal(theta, sigma), obs=y)


def logreg(X, y):
    beta = numpyro.sample("beta", dist.Normal(0, 1).expand([X.shape[1]]))
    numpyro.sample("y", dist.Bernoulli(logits=X @ beta), obs=y)


def eight_schools_data():
    return dict(y=jnp.array([28.0, 8, -3, 7, -1, 1, 18, 12]), sigma=jnp.array([15.0, 10, 16, 11, 9, 11, 10, 18]))


def logreg_data():
    data = json.loads(Path(__file__).with_name("logreg.json").read_text())
    return dict(X=jnp.array(data["X"]), y=jnp.array(data["y"]))


MODELS = {"eight_schools": (eight_schools, eight_schools_data), "logreg": (logreg, logreg_data)}


def ess_bulk(draws):
    """Of draws [chain, draw], split in halves and rank-normalised. Vehtari et al. 2021, section 4.1 and equation 14."""
    chains, length = draws.shape
    halves = np.reshape(draws[:, : length // 2 * 2], (2 * chains, -1))
    ranks = np.argsort(np.argsort(halves, axis=None)).reshape(halves.shape) + 1.0
    return float(effective_sample_size(np.asarray(ndtri((ranks - 0.375) / (halves.size + 0.25)))))


def least_ess(samples):
    """The smallest of all scalars in samples [chain, draw, ...]."""
    columns = [np.asarray(v).reshape(*v.shape[:2], -1) for v in samples.values()]
    return min(ess_bulk(c[:, :, k]) for c in columns for k in range(c.shape[2]))


def first_run(method, model, data):
    """CPU seconds and least ESS of `MCMC.run` as its users call it: tracing and compilation included."""
    began = time.process_time()
    kernel = NUTS(model)
    mcmc = MCMC(kernel, num_warmup=1000, num_samples=1000, num_chains=4, chain_method=method, progress_bar=False)
    mcmc.run(jax.random.PRNGKey(0), **data)
    samples = jax.block_until_ready(mcmc.get_samples(group_by_chain=True))
    seconds = time.process_time() - began
    return dict(seconds=seconds, ess=least_ess(samples))


def compiled(method, model, data):
    """NumPyro's kernel through all transitions of four chains in one compiled program: a function of a seed. `MCMC.run` compiles
    anew at each call."""
    kernel = NUTS(model)
    init = lambda keys: kernel.init(keys, 1000, None, (), data)

    def transition(state, _):
        state = kernel.sample(state, (), data)
        return state, (state.z, state.num_steps, state.diverging)

    chain = lambda state: jax.lax.scan(transition, state, None, length=2000)[1]
    if method == "vectorized":  # kernel.init makes kernel.sample take a batch of states
        states = init
        chains = jax.jit(lambda s: jax.tree.map(lambda x: jnp.swapaxes(x, 0, 1), chain(s)))
    else:
        states = lambda keys: jax.tree.map(lambda *leaves: jnp.stack(leaves), *map(init, keys))
        chains = jax.jit(lambda s: jax.lax.map(chain, s))
    start = lambda seed: states(jax.random.split(jax.random.PRNGKey(seed), 4))
    program = chains.lower(start(0)).compile()
    constrain = jax.jit(jax.vmap(jax.vmap(kernel.postprocess_fn((), data))))

    def later_run(seed):
        begin = jax.block_until_ready(start(seed))
        began = time.process_time()
        z, steps, diverging = jax.block_until_ready(program(begin))
        seconds = time.process_time() - began
        kept = constrain(jax.tree.map(lambda x: x[:, 1000:], z))
        return dict(seconds=seconds, ess=least_ess(kept), divergent=diverging[:, 1000:].sum(), gradients=steps.sum())

    return later_run


def measure(name, method):
    model, make_data = MODELS[name]
    data = make_data()
    first = first_run(method, model, data)
    later_run = compiled(method, model, data)
    later = [later_run(seed) for seed in range(1, 1 + REPEATS[name])]
    median = lambda of: float(np.median([of(r) for r in later]))
    line = dict(
        bench="numpyro_nuts",
        model=name,
        method=method,
        numpyro=numpyro.__version__,
        jax=jax.__version__,
        first_cpu_s=round(first["seconds"], 4),
        first_min_ess_bulk_per_s=round(first["ess"] / first["seconds"], 3),
        cpu_s=round(median(lambda r: r["seconds"]), 4),
        min_ess_bulk=round(median(lambda r: r["ess"]), 1),
        min_ess_bulk_per_s=round(median(lambda r: r["ess"] / r["seconds"]), 3),
        leapfrogs_all=median(lambda r: r["gradients"]),
        divergent=median(lambda r: r["divergent"]),
    )
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    for name in sys.argv[1:] or MODELS:
        for method in ("sequential", "vectorized"):
            measure(name, method)
