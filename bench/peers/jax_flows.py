"""The flow guides of torch_flows.py, written in JAX, on eight schools non-centred by NumPyro: 256 draws, Adam, single precision on one
core, many steps in one compiled loop. One JSON line a flow: CPU microseconds a step, the median of 9 rounds, and the seconds that the
first step takes, compilation with it."""

import json
import math
import time

from numpyro_nuts import MODELS, jax, jnp, np, numpyro
from numpyro.infer.util import initialize_model
from numpyro_steps import microseconds, repeat

SIZE, DRAWS, HIDDEN, BINS, BOUND = 10, 256, 32, 8, 4.0
FLOAT = jnp.float32
softplus = jax.nn.softplus


def normal(seed, *shape):
    return jax.random.normal(jax.random.PRNGKey(seed), shape, FLOAT)


def planar(params, x):
    w, u, b = params
    wu = w @ u
    moved = u + (softplus(wu + math.log(math.e - 1)) - 1 - wu) * w / (w @ w)
    bend = jnp.tanh(x @ w + b)
    return x + bend[:, None] * moved, jnp.log1p((1 - bend**2) * (w @ moved))


def masks(heads):
    inputs, units = np.arange(1, SIZE + 1), np.arange(HIDDEN) % (SIZE - 1) + 1
    first = (units[None] >= inputs[:, None]).astype(np.float32)
    second = (inputs[None] > units[:, None]).astype(np.float32)
    return first, np.repeat(second, heads, 1)


def masked(params, x, heads, unit):
    first, second = masks(heads)
    w1, b1, w2, b2 = params
    return (unit(x @ (w1 * first) + b1) @ (w2 * second) + b2).reshape(*x.shape, heads)


def iaf(params, x):
    numbers = masked(params, x, 2, jax.nn.relu)
    gate = numbers[..., 1] + 2
    y = jax.nn.sigmoid(gate) * x + (1 - jax.nn.sigmoid(gate)) * numbers[..., 0]
    return y[:, ::-1], -softplus(-gate).sum(-1)


def knots(numbers):
    share = 1e-3 + (1 - 1e-3 * BINS) * jax.nn.softmax(numbers)
    inner = jnp.concatenate([jnp.zeros_like(share[..., :1]), jnp.cumsum(share, -1)], -1)
    found = 2 * BOUND * inner - BOUND
    return found, found[..., 1:] - found[..., :-1]


def spline(params, x):
    numbers = masked(params, x, 3 * BINS - 1, jnp.tanh)
    xs, widths = knots(numbers[..., :BINS])
    ys, heights = knots(numbers[..., BINS : 2 * BINS])
    ones = jnp.ones_like(x)[..., None]
    slopes = 1e-3 + softplus(numbers[..., 2 * BINS :] + math.log(math.exp(1 - 1e-3) - 1))
    slopes = jnp.concatenate([ones, slopes, ones], -1)
    inside = jnp.abs(x) < BOUND
    v = jnp.where(inside, x, 0)
    k = jnp.clip((v[..., None] >= xs).sum(-1) - 1, 0, BINS - 1)[..., None]
    take = lambda values: jnp.take_along_axis(values, k, -1)[..., 0]
    left, width, low, height = take(xs), take(widths), take(ys), take(heights)
    before, after = take(slopes), take(slopes[..., 1:])
    place = (v - left) / width
    steep = height / width
    both = place * (1 - place)
    below = steep + (before + after - 2 * steep) * both
    y = low + height * (steep * place**2 + before * both) / below
    slope = after * place**2 + 2 * steep * both + before * (1 - place) ** 2
    log_slope = jnp.log(slope) + 2 * jnp.log(steep / below)
    return jnp.where(inside, y, x)[:, ::-1], jnp.where(inside, log_slope, 0).sum(-1)


def network(seed, heads):
    return (normal(seed, SIZE, HIDDEN) / math.sqrt(SIZE), jnp.zeros(HIDDEN, FLOAT), jnp.zeros((HIDDEN, SIZE * heads), FLOAT), jnp.zeros(SIZE * heads, FLOAT))


FLOWS = {
    "planar-32": (planar, [(normal(i, SIZE) / math.sqrt(SIZE), 0.1 * normal(i + 99, SIZE), jnp.zeros((), FLOAT)) for i in range(32)]),
    "iaf": (iaf, [network(i, 2) for i in range(4)]),
    "spline": (spline, [network(i, 3 * BINS - 1) for i in range(2)]),
}


def measure(name, count):
    layer, start = FLOWS[name]
    model, make_data = MODELS["eight_schools"]
    info = initialize_model(jax.random.PRNGKey(0), model, model_kwargs=make_data())
    leaves, form = jax.tree.flatten(info.param_info.z)

    def potential(z):
        parts, used = [], 0
        for leaf in leaves:
            parts.append(z[used : used + leaf.size].reshape(leaf.shape))
            used += leaf.size
        return info.potential_fn(jax.tree.unflatten(form, parts))

    optimiser = numpyro.optim.Adam(1e-3)

    def loss(params, key):
        flow, loc, log_scale = params
        x = jax.random.normal(key, (DRAWS, SIZE), FLOAT)
        log_q = -0.5 * (x * x).sum(-1) - 0.5 * SIZE * math.log(2 * math.pi)
        for own in flow:
            x, log_det = layer(own, x)
            log_q = log_q - log_det
        z = x * jnp.exp(log_scale) + loc
        return (log_q - log_scale.sum() + jax.vmap(potential)(z).astype(FLOAT)).mean()

    def turn(state):
        inner, key = state
        key, own = jax.random.split(key)
        return optimiser.update(jax.grad(loss)(optimiser.get_params(inner), own), inner), key

    begin = optimiser.init((start, jnp.zeros(SIZE, FLOAT), jnp.zeros(SIZE, FLOAT))), jax.random.PRNGKey(1)
    began = time.perf_counter()
    jax.block_until_ready(jax.jit(turn)(begin))
    first = time.perf_counter() - began
    return dict(step_us=microseconds(repeat(turn, count), begin, count), first_s=first)


if __name__ == "__main__":
    for name in FLOWS:
        print(json.dumps(dict(bench="jax_flows", flow=name, numpyro=numpyro.__version__, jax=jax.__version__, **measure(name, 300))), flush=True)
