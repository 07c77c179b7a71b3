"""Polynomials of src/engine/wasm/math/coefficients.ts: near-minimax fits by Chebyshev interpolation. mpmath 1.3.0, 60 digits.

Run: python3 scripts/reference/elementary.py > src/engine/wasm/math/coefficients.ts, then format.
Each fit's worst error, relative to what it is added to, is printed to stderr.
"""
import sys
import mpmath as mp

mp.mp.dps = 60


def fit(f, low, high, degree):
    """Monomial coefficients of the interpolant at Chebyshev's points."""
    low, high = mp.mpf(low), mp.mpf(high)
    n = degree + 1
    nodes = [mp.cos(mp.pi * (j + mp.mpf(1) / 2) / n) for j in range(n)]
    values = [f((high + low) / 2 + (high - low) / 2 * t) for t in nodes]
    chebyshev = [2 * sum(v * mp.cos(k * mp.pi * (j + mp.mpf(1) / 2) / n) for j, v in enumerate(values)) / n for k in range(n)]
    chebyshev[0] /= 2
    # T_k of (2x − high − low)/(high − low), expanded in x
    a, b = 2 / (high - low), -(high + low) / (high - low)
    previous, here = [mp.mpf(1)], [b, a]
    total = [mp.mpf(0)] * n
    for k in range(n):
        t = previous if k == 0 else here
        for i, c in enumerate(t):
            total[i] += chebyshev[k] * c
        if k >= 1:
            following = [mp.mpf(0)] * (len(here) + 1)
            for i, c in enumerate(here):
                following[i] += 2 * b * c
                following[i + 1] += 2 * a * c
            for i, c in enumerate(previous):
                following[i] -= c
            previous, here = here, following
    return total


def polynomial(c, x):
    return mp.polyval(c[::-1], x)


def series(f, terms):
    return lambda x: f(x) if abs(x) > mp.mpf(10) ** -8 else sum(c * x**k for k, c in enumerate(terms))


half_log2 = mp.log(2) / 2 + mp.mpf("1e-6")
exp_tail = series(lambda r: (mp.exp(r) - 1 - r) / r**2, [1 / mp.factorial(k + 2) for k in range(8)])
atanh_tail = series(lambda z: 2 * (mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, [mp.mpf(2) / (2 * k + 3) for k in range(8)])
erf_small = series(lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1, [2 / mp.sqrt(mp.pi) * (-1) ** k / (mp.factorial(k) * (2 * k + 1)) - (k == 0) for k in range(8)])
sin_tail = series(lambda z: (mp.sin(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3, [(-1) ** (k + 1) / mp.factorial(2 * k + 3) for k in range(8)])
cos_tail = series(lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2, [(-1) ** k / mp.factorial(2 * k + 4) for k in range(8)])
sin_pi = series(lambda z: mp.sin(mp.pi * mp.sqrt(z)) / mp.sqrt(z), [(-1) ** k * mp.pi ** (2 * k + 1) / mp.factorial(2 * k + 1) for k in range(8)])
zero = mp.findroot(mp.digamma, 1.46)


def erfcx(t):
    x = 3 * (1 + t) / (1 - t)
    big = mp.mpf(10) ** 8
    scaled = mp.exp(x * x) * mp.erfc(x) if x < 100 else sum((-1) ** k * mp.fac2(2 * k - 1) / (2 * x * x) ** k for k in range(12)) / (x * mp.sqrt(mp.pi)) if x < big else 1 / (x * mp.sqrt(mp.pi))
    return (1 + 2 * x) * scaled


def lgamma_near(u):
    y = u + mp.mpf("1.625")
    return mp.loggamma(y) / ((y - 1) * (y - 2))


def digamma_near(u):
    y = u + mp.mpf("1.625")
    return mp.digamma(y) / (y - zero)


def moebius(centre):
    """x of t = (x − centre)/(x + centre)."""
    return lambda t: centre * (1 + t) / (1 - t)


def stirling_error(t):
    x = moebius(3)(t)
    return mp.loggamma(x) - (x - mp.mpf(1) / 2) * mp.log(x) + x - mp.log(2 * mp.pi) / 2


def trigamma_near(t):
    y = moebius(3)(t)
    return y * mp.psi(1, y)


atan_tail = series(lambda z: (mp.atan(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, [mp.mpf(-1) ** (k + 1) / (2 * k + 3) for k in range(8)])
asin_tail = series(lambda z: (mp.asin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, [mp.binomial(2 * k + 2, k + 1) / mp.mpf(4) ** (k + 1) / (2 * k + 3) for k in range(8)])
ratio = (3 - 2 * mp.sqrt(2)) ** 2 + mp.mpf("1e-8")
quarter = (mp.pi / 4) ** 2 + mp.mpf("1e-4")
table = [
    ("expTail", "(exp(r) − 1 − r)/r² for |r| ≤ ½ log 2.", exp_tail, -half_log2, half_log2, (9, 4)),
    ("logTail", "2 (atanh(s)/s − 1)/s² in s² ≤ (3 − 2√2)².", atanh_tail, 0, ratio, (6, 3)),
    ("sinTail", "(sin r − r)/r³ in r² ≤ (π/4)².", sin_tail, 0, quarter, (5,)),
    ("cosTail", "(cos r − 1 + r²/2)/r⁴ in r² ≤ (π/4)².", cos_tail, 0, quarter, (5,)),
    ("sinPi", "sin(πd)/d in d² ≤ ¼.", sin_pi, 0, mp.mpf(1) / 4, (8,)),
    ("erfSmall", "erf(x)/x − 1 in x² ≤ 1.", erf_small, 0, 1, (11,)),
    ("erfcScaled", "(1 + 2x) exp(x²) erfc(x) in (x − 3)/(x + 3), x ≥ 0. The form: Shepherd & Laframboise 1981.", erfcx, -1, mp.mpf(1) - mp.mpf(10) ** -30, (25,)),
    ("lgammaNear", "log Γ(y)/((y − 1)(y − 2)) in y − 1.625, ¾ ≤ y ≤ 2½.", lgamma_near, -0.875, 0.875, (29,)),
    ("digammaNear", "ψ(y)/(y − y₀) in y − 1.625, ¾ ≤ y ≤ 2½; ψ(y₀) = 0.", digamma_near, -0.875, 0.875, (29,)),
    ("logRatioTail", "2 (atanh(s)/s − 1)/s² in s² ≤ 1/9.", atanh_tail, 0, mp.mpf(1) / 9 + mp.mpf("1e-9"), (11,)),
    ("log1pTail", "The same to what softplus needs.", atanh_tail, 0, mp.mpf(1) / 9 + mp.mpf("1e-9"), (9, 3)),
    ("atanTail", "(atan(r)/r − 1)/r² in r² ≤ (√2 − 1)².", atan_tail, 0, (mp.sqrt(2) - 1) ** 2 + mp.mpf("1e-9"), (10,)),
    ("asinTail", "(asin(r)/r − 1)/r² in r² ≤ ¼.", asin_tail, 0, mp.mpf(1) / 4 + mp.mpf("1e-9"), (12,)),
    ("stirlingNear", "log Γ(x) − (x − ½) log x + x − ½ log 2π in (x − 3)/(x + 3), 1 ≤ x ≤ 8.", stirling_error, -0.5, mp.mpf(5) / 11, (27,)),
    ("trigammaNear", "y ψ′(y) in (y − 3)/(y + 3), 1 ≤ y ≤ 9.", trigamma_near, -0.5, 0.5, (30,)),
]

print("/** Near-minimax polynomials, constant term first; made by scripts/reference/elementary.py. */\n")
for name, note, f, low, high, degrees in table:
    fits = [fit(f, low, high, degree) for degree in degrees]
    for degree, c in zip(degrees, fits):
        points = [mp.mpf(low) + (mp.mpf(high) - low) * (i + mp.mpf("0.37")) / 200 for i in range(200)]
        worst = max(abs((polynomial([mp.mpf(float(k)) for k in c], x) - f(x)) / (1 if name in ("erfSmall", "stirlingNear") else f(x))) for x in points)
        print(name, degree, mp.nstr(worst, 3), file=sys.stderr)
    lists = ["[" + ", ".join("Math.PI" if float(k) == float(mp.pi) else repr(float(k)) for k in c) + "]" for c in fits]
    print(f"/** {note} */")
    if len(lists) == 1:
        print(f"export const {name}: readonly number[] = {lists[0]};")
    else:
        print(f"export const {name}: {{ readonly f64: readonly number[]; readonly f32: readonly number[] }} = {{ f64: {lists[0]}, f32: {lists[1]} }};")
