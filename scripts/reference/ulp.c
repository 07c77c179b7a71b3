/* Worst distance, in units in the last place, of results from quadruple precision (libquadmath).
   usage: ulp NAME f64|f32 < pairs   (x, y or x1, x2, y: doubles). gcc -O2 ulp.c -lquadmath -lm */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef __float128 Q;
static Q sigmoidq(Q x) { return x >= 0 ? 1 / (1 + expq(-x)) : expq(x) / (1 + expq(x)); }
static Q softplusq(Q x) { return (x > 0 ? x : 0) + log1pq(expq(-fabsq(x))); }
static Q digammaq(Q x) {
  static const Q b[] = {1.0Q/12, -1.0Q/120, 1.0Q/252, -1.0Q/240, 1.0Q/132, -691.0Q/32760, 1.0Q/12, -3617.0Q/8160, 43867.0Q/14364, -174611.0Q/6600, 77683.0Q/276};
  Q sum = 0, tail = 0, r;
  while (x < 40) { sum -= 1 / x; x += 1; }
  r = 1 / (x * x);
  for (int k = 10; k >= 0; k--) tail = (tail + b[k]) * r;
  return sum + logq(x) - 1 / (2 * x) - tail;
}
static Q trigammaq(Q x) {
  static const Q b[] = {1.0Q/6, -1.0Q/30, 1.0Q/42, -1.0Q/30, 5.0Q/66, -691.0Q/2730, 7.0Q/6, -3617.0Q/510, 43867.0Q/798, -174611.0Q/330, 854513.0Q/138};
  Q sum = 0, tail = 0, r;
  if (x < 0) { Q s = sinq(M_PIq * (x - roundq(x))); return M_PIq * M_PIq / (s * s) - trigammaq(1 - x); }
  while (x < 40) { sum += 1 / (x * x); x += 1; }
  r = 1 / (x * x);
  for (int k = 10; k >= 0; k--) tail = (tail + b[k]) * r;
  return sum + (1 + 1 / (2 * x) + tail) / x;
}
/* log1p(r) - r for small r, by its series. */
static Q deviance(Q x, Q m) {
  Q r = (x - m) / m;
  if (fabsq(r) > 1e-3Q) return x * logq(x / m) - x + m;
  Q sum = 0, power = r * r;
  for (int k = 2; k < 16; k++, power *= -r) sum += power / (k * (k - 1));
  return m * sum;
}
static Q guess;
static Q erfinvq(Q x) {
  Q y = guess;
  for (int i = 0; i < 4; i++)
    y -= (fabsq(x) < 0.5Q ? erfq(y) - x : x > 0 ? (1 - x) - erfcq(y) : erfcq(-y) - (1 + x)) * sqrtq(M_PIq) / 2 * expq(y * y);
  return y;
}
static Q cdfq(Q x) { return erfcq(-x * M_SQRT1_2q) / 2; }
static Q of(const char *f, Q x, Q x2) {
#define F(n, e) if (!strcmp(f, n)) return e;
  F("exp", expq(x)) F("expm1", expm1q(x)) F("log", logq(x)) F("log1p", log1pq(x)) F("tanh", tanhq(x)) F("sigmoid", sigmoidq(x))
  F("softplus", softplusq(x)) F("sin", sinq(x)) F("cos", cosq(x)) F("erf", erfq(x)) F("erfc", erfcq(x)) F("lgamma", lgammaq(x))
  F("digamma", digammaq(x)) F("pow", powq(x, x2))
  F("log1pSquare", log1pq(x * x)) F("log1mexp", x > -0.5Q ? logq(-expm1q(x)) : log1pq(-expq(x)))
  F("tan", tanq(x)) F("asin", asinq(x)) F("acos", acosq(x)) F("atan", atanq(x))
  F("sinh", sinhq(x)) F("cosh", coshq(x)) F("asinh", asinhq(x)) F("acosh", acoshq(x)) F("atanh", atanhq(x))
  F("erfinv", erfinvq(x)) F("normalCdf", cdfq(x)) F("normalLogCdf", x > 0 ? log1pq(-cdfq(-x)) : logq(cdfq(x)))
  F("inverseMills", expq(-x * x / 2) / sqrtq(2 * M_PIq) / cdfq(x)) F("trigamma", trigammaq(x))
  F("stirlingGap", x == 0 ? 0 : lgammaq(x + 1) - x * logq(x) + x) F("deviance", deviance(x, x2))
  F("logBeta", lgammaq(x) + lgammaq(x2) - lgammaq(x + x2))
  exit(2);
}
int main(int n, char **v) {
  int single = !strcmp(v[2], "f32"), arity = !strcmp(v[1], "pow") || !strcmp(v[1], "deviance") || !strcmp(v[1], "logBeta") ? 2 : 1;
  double in[3], worst = 0, at = 0, at2 = 0, got = 0, absolute = 0, sum = 0; long count = 0;
  while (fread(in, 8, arity + 1, stdin) == (size_t)(arity + 1)) {
    double x = in[0], x2 = arity == 2 ? in[1] : 0, y = in[arity];
    guess = y;
    Q want = of(v[1], x, x2);
    double round = single ? (double)(float)want : (double)want;
    count++;
    if (isnan(round) || isnan(y) || isinf(round) || isinf(y)) {
      if (!(isnan(round) && isnan(y)) && round != y) {
        Q top = single ? (Q)3.4028234663852886e38 : (Q)1.7976931348623157e308;
        if (isnan(round) || isnan(y) || fabsq(want - (isinf(y) ? copysignq(top, y) : (Q)y)) > top * 1e-6Q) { printf("%s: %a gives %g, not %g\n", v[1], x, y, round); }
      }
      continue;
    }
    int e; (void)frexp(round, &e);
    int least = single ? -149 : -1074, digits = single ? 24 : 53;
    Q unit = ldexpq(1, e - digits < least || round == 0 ? least : e - digits);
    double error = (double)(fabsq(want - (Q)y) / unit);
    sum += error;
    if ((double)fabsq(want - (Q)y) > absolute) absolute = (double)fabsq(want - (Q)y);
    if (error > worst) { worst = error; at = x; at2 = x2; got = y; }
  }
  printf("%-12s %s %8ld points: worst %.2f ulp at %.17g %.17g (got %.17g), mean %.2f, absolute %.2g\n", v[1], v[2], count, worst, at, at2, got, sum / count, absolute);
}
