"""Reference values of test/known/vectorMath.json. mpmath 1.3.0, 60 digits, rounded to doubles.

Run: python3 scripts/reference/vector_math.py > test/known/vectorMath.json
"""
import json
import math
import struct
import mpmath as mp

mp.mp.dps = 60


def near(x, steps):
    """x and its neighbours."""
    out = [x]
    up = down = x
    for _ in range(steps):
        up, down = math.nextafter(up, math.inf), math.nextafter(down, -math.inf)
        out += [up, down]
    return out


def both(xs):
    return [s * x for x in xs for s in (1.0, -1.0)]


def quantile(p):
    p = mp.mpf(p)
    small = p if p < 0.5 else 1 - p
    start = -mp.sqrt(-2 * mp.log(small)) if small < 0.01 else mp.sqrt(2) * mp.erfinv(2 * small - 1)
    for _ in range(60):
        step = (mp.ncdf(start) - small) / mp.npdf(start)
        step = step / (1 + start * step / 2)
        start -= step
        if abs(step) < mp.mpf(10) ** -45:
            break
    return start if p < 0.5 else -start


tiny = [5e-324, 1e-310, 2.0**-1022, 1e-300, 1e-20, 2.0**-53, 1e-8, 1e-3]
usual = [0.1, 0.25, 0.3, 0.34657359, 0.35, 0.45, 0.5, 0.7, 0.75, 0.9, 1.0, 1.1, 1.5, 2.0, 2.5, 3.0, 5.0, 7.9, 10.0, 19.5, 30.0]
functions = {
    "exp": (mp.exp, both(tiny + usual) + near(709.782712893384, 2) + near(-745.1332191019411, 2) + [-708.4, -720.1, -744.0, 708.1, 707.9, -707.9]),
    "expm1": (mp.expm1, both(tiny + usual) + [709.7, 708.5, -37.0, -37.5, -700.0, -740.0, 38.3, 60.2]),
    "log": (mp.log, tiny + usual + near(1.0, 3) + near(math.sqrt(0.5), 2) + near(math.sqrt(2), 2) + [1e10, 1e300, 1.7976931348623157e308, 3e-320]),
    "log1p": (mp.log1p, both(tiny) + usual + [-0.1, -0.25, -0.3, -0.5, -0.9, -0.999, -1 + 2.0**-53, 1e10, 1e300, 1.7976931348623157e308] + near(math.sqrt(2) - 1, 2)),
    "tanh": (mp.tanh, both(tiny + usual) + [18.9, 19.1, 21.0, -25.0, 700.0]),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), both(tiny + usual) + [-36.7, 36.8, 40.0, -700.0, -708.5, -720.0, -744.9, -745.2, 800.0]),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), both(tiny + usual) + [-0.8813735870195429, 0.8813735870195429, -36.7, 36.8, -700.0, -708.5, -720.0, -744.9, 800.0]),
    "sin": (mp.sin, both(tiny + usual) + [3.141592653589793, 6.283185307179586, 355.0, 103993.0, 1048575.5, 1048576.0, 1e10, 1e300, 6381956970095103 * 2.0**797]),
    "cos": (mp.cos, both(tiny + usual) + [1.5707963267948966, 4.71238898038469, 355.0, 1048575.5, 1048576.0, 1e10, 1e300, 6381956970095103 * 2.0**797]),
    "erf": (mp.erf, both(tiny + usual) + near(1.0, 1) + [5.9, 5.8, 6.1]),
    "erfc": (mp.erfc, both(tiny + usual) + [26.0, 26.1, 26.5, 27.2, -5.9, 6.1, 12.7]),
    "normalQuantile": (quantile, [1e-300, 1e-100, 1e-20, 1e-12, 1.3887943864964021e-11, 1e-8, 1e-3, 0.05, 0.0749, 0.075, 0.0751, 0.2, 0.4, 0.49999, 0.50001, 0.6, 0.9249, 0.925, 0.93, 0.99, 0.999999, 2.0**-40, 2.0**-20, 0.03125, 0.0625, 0.125, 0.25, 0.625, 0.875, 0.96875]),
    "lgamma": (lambda x: mp.log(abs(mp.gamma(x))) if x < 0 else mp.loggamma(x), tiny + usual + [8.0, 0.76, 1.2, 1.4, 1.7, 2.49, 2.51, 100.5, 1e6, 1e100, 1e305] + [-0.5, -1.5, -2.7, -10.3, -100.7, -1e-20]),
    "digamma": (mp.digamma, tiny[2:] + usual + [8.0, 0.76, 1.2, 1.4, 1.7, 2.49, 2.51, 100.5, 1e6, 1e100] + [-0.5, -1.3, -2.7, -10.3, -100.7, -1e-20]),
}

mid = [0.02, 0.1, 0.125, 0.25, 0.3, 0.375, 0.45, 0.5, 0.51, 0.625, 0.7, 0.75, 0.875, 0.9, 0.99, 1 - 2.0**-30]
long = [22.5, 37.5, 700.0, 709.9, 710.4]
root2 = mp.sqrt(2)


def log_cdf(x):
    return mp.log1p(-mp.erfc(x / root2) / 2) if x > 0 else mp.log(mp.erfc(-x / root2) / 2)


def stirling_gap(x):
    with mp.workdps(700):
        return mp.loggamma(x + 1) - x * mp.log(x) + x


def inverse_erf(x):
    return -quantile((1 - x) / 2) / root2 if abs(x) > 0.5 else mp.erfinv(x)


functions |= {
    "log1pSquare": (lambda x: mp.log1p(x * x), both([1e-160] + tiny[4:] + usual) + [1e5, 9.99e8, 1.01e9, 1e160, 1.7e308]),
    "log1mexp": (lambda x: mp.log(-mp.expm1(x)) if x > -1 else mp.log1p(-mp.exp(x)), [-x for x in tiny + usual] + [-0.6931471805599453, -0.69, -0.7, -40.0, -700.0, -707.0, -709.0, -740.0]),
    "tan": (mp.tan, both(tiny + usual) + [1.5707963267948966, 3.141592653589793, 355.0, 1048575.5, 1048576.0, 1e10, 1e300]),
    "asin": (mp.asin, both(tiny + mid + [1.0])),
    "acos": (mp.acos, both(tiny + mid + [1.0])),
    "atan": (mp.atan, both(tiny + usual) + near(math.sqrt(2) - 1, 1) + near(math.sqrt(2) + 1, 1) + [1e5, -1e20, 1.7e308]),
    "sinh": (mp.sinh, both(tiny + usual + long)),
    "cosh": (mp.cosh, both(tiny + usual + long)),
    "asinh": (mp.asinh, both(tiny + usual) + [1e5, -1e20, 1.1e150, 1.7e308]),
    "acosh": (mp.acosh, [1.0, 1 + 2.0**-52, 1 + 2.0**-40, 1 + 2.0**-20, 1.0001, 1.001, 1.03, 1.2, 1.25, 1.4, 1.75, 2.5, 3.5, 7.0, 1.01, 1.1, 1.5, 2.0, 3.0, 10.0, 1e5, 1e20, 1.1e150, 1.7e308]),
    "atanh": (mp.atanh, both(tiny + mid)),
    "erfinv": (inverse_erf, both(tiny[4:] + mid + [0.8499, 0.8501, 1 - 2.0**-20])),
    "normalCdf": (lambda x: mp.erfc(-x / root2) / 2, both(tiny + usual) + [-36.9, -37.1, -38.2, -8.0]),
    "normalLogCdf": (log_cdf, both(tiny + usual) + [-36.9, -37.1, -38.2, -1e3, -1e10, 36.9, 37.1, 38.2]),
    "inverseMills": (lambda x: mp.sqrt(2 / mp.pi) * mp.exp(-x * x / 2) / mp.erfc(-x / root2), both(tiny + usual) + [-36.9, -37.1, -38.2, -1e3, 36.9, 37.1, 38.2]),
    "trigamma": (lambda x: mp.psi(1, x), tiny[3:] + usual + [7.99, 8.0, 8.01, 100.5, 1e6, 1e100, 1e305] + [-0.5, -1.3, -2.7, -10.3, -100.7]),
    "stirlingGap": (stirling_gap, tiny[2:] + usual + [0.99, 1.01, 7.99, 8.0, 100.5, 1e6, 1e20, 1e300]),
}
some = [1e-10, 0.03, 0.4, 1.0, 2.3, 7.9, 8.0, 8.1, 60.0, 1e4, 1e9]
pairs = {
    "logBeta": (lambda a, b: mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b), [(a, b) for a in some for b in some]),
    "deviance": (lambda x, m: x * mp.log(x / m) - x + m, [(x * r, x) for x in [0.01, 1.0, 37.3, 1e7] for r in [1 + 1e-9, 0.999, 1.02, 0.7, 1.4, 0.5, 2.0, 2.1, 5.0, 0.01, 1e300, 1e-300]] + [(1e-300, 1e200), (8e307, 7e307)]),
}


def rounded(y):
    return float(y)


table = {name: [[x, rounded(f(mp.mpf(x)))] for x in xs if math.isfinite(rounded(f(mp.mpf(x))))] for name, (f, xs) in functions.items()}
table |= {name: [[x, y, rounded(f(mp.mpf(x), mp.mpf(y)))] for x, y in xs if math.isfinite(x) and math.isfinite(rounded(f(mp.mpf(x), mp.mpf(y))))] for name, (f, xs) in pairs.items()}
json.dump(table, __import__("sys").stdout)
