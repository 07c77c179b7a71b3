"""One value and gradient, and one step of mean-field training with one draw (AutoNormal, Adam 0.01), by NumPyro in double on one
core, for the models of numpyro_nuts.py: many of them in one compiled loop, as SVI.run does it. One JSON line a model: CPU
microseconds each, the median of 9 rounds. Arguments: models to run, of eight_schools and logreg; all without one."""

import json
import sys
import time

from numpyro_nuts import MODELS, jax, jnp, np, numpyro
from numpyro.infer import SVI, Trace_ELBO
from numpyro.infer.autoguide import AutoNormal
from numpyro.infer.util import initialize_model

ROUNDS = 9


def microseconds(program, begin, count):
    """Of one turn of a loop of `count` turns, a function from its state to its next state."""
    state = jax.block_until_ready(program(begin))
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        state = jax.block_until_ready(program(state))
        rounds.append((time.process_time() - began) / count * 1e6)
    return float(np.median(rounds))


def repeat(turn, count):
    return jax.jit(lambda state: jax.lax.fori_loop(0, count, lambda _, s: turn(s), state))


def gradient(model, data, count):
    """Each turn moves the position by far less than its last digit can tell, so that none of them can be left out."""
    info = initialize_model(jax.random.PRNGKey(0), model, model_kwargs=data)
    slope = jax.value_and_grad(info.potential_fn)

    def turn(state):
        z, total = state
        value, g = slope(z)
        return jax.tree.map(lambda x, d: x - 1e-300 * d, z, g), total + value

    begin = jax.tree.map(lambda x: jnp.full_like(x, 0.1), info.param_info.z), jnp.zeros(())
    return microseconds(repeat(turn, count), begin, count)


def step(model, data, count):
    svi = SVI(model, AutoNormal(model), numpyro.optim.Adam(0.01), Trace_ELBO())
    return microseconds(repeat(lambda s: svi.update(s, **data)[0], count), svi.init(jax.random.PRNGKey(0), **data), count)


COUNTS = {"eight_schools": 20_000, "logreg": 200}

if __name__ == "__main__":
    for name in sys.argv[1:] or MODELS:
        model, make_data = MODELS[name]
        data, count = make_data(), COUNTS[name]
        line = dict(bench="numpyro_steps", model=name, numpyro=numpyro.__version__, jax=jax.__version__)
        line.update(gradient_us=gradient(model, data, count), step_us=step(model, data, count))
        print(json.dumps(line), flush=True)
