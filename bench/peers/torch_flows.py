"""Flow guides on eight schools non-centred (dimension 10) and on a normal in 2 and in 20 dimensions, 256 draws, Adam, eager PyTorch:
milliseconds of CPU a step. Planar of 32 layers; IAF of 4 masked layers of 32 units; autoregressive rational-quadratic splines of 2
masked layers of 32 units, 8 bins. Runs beside the peers' torch_common.py and torch_advi.py."""
import math
import torch
import torch.distributions as D
from torch import nn
import torch.nn.functional as F
from torch_common import bench, line
from torch_advi import eight_schools
from torch_flow_guides import IAF, MaskedLinear


class Planar(nn.Module):
    """x + û tanh(wᵀx + b), Rezende & Mohamed 2015."""

    def __init__(self, size):
        super().__init__()
        self.w = nn.Parameter(torch.randn(size) / math.sqrt(size))
        self.u = nn.Parameter(0.1 * torch.randn(size))
        self.b = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        wu = self.w @ self.u
        moved = self.u + (F.softplus(wu + math.log(math.e - 1)) - 1 - wu) * self.w / (self.w @ self.w)
        bend = torch.tanh(x @ self.w + self.b)
        return x + bend[:, None] * moved, torch.log1p((1 - bend**2) * (self.w @ moved))


class Spline(nn.Module):
    """Rational-quadratic splines behind a masked network, Durkan et al. 2019; the identity outside ±bound."""

    def __init__(self, size, hidden, bins=8, bound=4.0):
        super().__init__()
        self.bins, self.bound, self.heads = bins, bound, 3 * bins - 1
        inputs = torch.arange(1, size + 1)
        units = torch.arange(hidden) % max(1, size - 1) + 1
        first = (units[:, None] >= inputs[None]).float()
        second = (inputs[:, None] > units[None]).float().repeat_interleave(self.heads, 0)
        self.first = MaskedLinear(size, hidden, first)
        self.second = MaskedLinear(hidden, size * self.heads, second)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def knots(self, numbers):
        share = 1e-3 + (1 - 1e-3 * self.bins) * torch.softmax(numbers, -1)
        inner = F.pad(torch.cumsum(share, -1), (1, 0))
        knots = 2 * self.bound * inner - self.bound
        return knots, knots[..., 1:] - knots[..., :-1]

    def forward(self, x):
        numbers = self.second(torch.tanh(self.first(x))).view(*x.shape, self.heads)
        xs, widths = self.knots(numbers[..., : self.bins])
        ys, heights = self.knots(numbers[..., self.bins : 2 * self.bins])
        slopes = F.pad(1e-3 + F.softplus(numbers[..., 2 * self.bins :] + math.log(math.exp(1 - 1e-3) - 1)), (1, 1), value=1.0)
        inside = x.abs() < self.bound
        v = torch.where(inside, x, torch.zeros_like(x))
        k = (torch.searchsorted(xs.detach(), v[..., None], right=True) - 1).clamp(0, self.bins - 1)
        take = lambda values: values.gather(-1, k)[..., 0]
        left, width, low, height = take(xs), take(widths), take(ys), take(heights)
        before, after = take(slopes), take(slopes[..., 1:])
        place = (v - left) / width
        steep = height / width
        both = place * (1 - place)
        below = steep + (before + after - 2 * steep) * both
        y = low + height * (steep * place**2 + before * both) / below
        slope = after * place**2 + 2 * steep * both + before * (1 - place) ** 2
        log_slope = torch.log(slope) + 2 * torch.log(steep / below)
        y = torch.where(inside, y, x)
        return y.flip(-1), torch.where(inside, log_slope, torch.zeros_like(x)).sum(-1)


FLOWS = {
    "planar-32": lambda size: [Planar(size) for _ in range(32)],
    "iaf": lambda size: [IAF(size, 32) for _ in range(4)],
    "spline": lambda size: [Spline(size, 32) for _ in range(2)],
}


def schools():
    _, logp = eight_schools(torch.float32)
    return lambda x: logp(dict(theta_trans=x[:, :8], mu=x[:, 8], tau=x[:, 9]))


def normal(size):
    return lambda x: -0.5 * (((x - 1) / 0.5) ** 2).sum(-1)


def stepper(kind, size, target, draws=256):
    torch.manual_seed(0)
    flow = nn.ModuleList(FLOWS[kind](size))
    loc, log_scale = nn.Parameter(torch.zeros(size)), nn.Parameter(torch.zeros(size))
    optimiser = torch.optim.Adam([*flow.parameters(), loc, log_scale], lr=1e-3)

    def step():
        optimiser.zero_grad()
        x = torch.randn(draws, size)
        log_q = -0.5 * (x * x).sum(-1) - 0.5 * size * math.log(2 * math.pi)
        for layer in flow:
            x, log_det = layer(x)
            log_q = log_q - log_det
        z = x * log_scale.exp() + loc
        loss = (log_q - log_scale.sum() - target(z)).mean()
        loss.backward()
        optimiser.step()

    return step


if __name__ == "__main__":
    torch.distributions.Distribution.set_default_validate_args(False)
    for kind in FLOWS:
        for name, size, target in (("eight-schools", 10, schools()), ("normal-2", 2, normal(2)), ("normal-20", 20, normal(20))):
            line(bench="torch_flows", flow=kind, target=name, step=bench(stepper(kind, size, target), budget=3))
