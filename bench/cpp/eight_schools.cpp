// Eight schools, non-centred: value and gradient of models/eight-schools-noncentred.ts on z = (mu, log tau, eta), every normalising
// constant and the log-Jacobian of tau included. Derivatives by hand. Terms of the data alone are computed once, when data are bound.
#include <cmath>
#include "timing.hpp"

namespace {
constexpr int schools = 8;
struct Data {
  double y[schools] = {28, 8, -3, 7, -1, 1, 18, 12};
  double sigma[schools] = {15, 10, 16, 11, 9, 11, 10, 18};
  double scale = 5;  // of mu and of tau
  double reciprocal[schools];
  double constant;
};

void bind(Data& data) {
  opaque(&data);
  // 1 + 8 + 8 normals, and the half-Cauchy: log 2 − log π − log scale.
  data.constant = -17 * 0.5 * std::log(2 * M_PI) - std::log(data.scale) + std::log(2 / M_PI) - std::log(data.scale);
  for (int j = 0; j < schools; j++) {
    data.reciprocal[j] = 1 / data.sigma[j];
    data.constant -= std::log(data.sigma[j]);
  }
}

[[gnu::noipa]] double value_and_gradient(const Data& data, const double* z, double* gradient) {
  const double mu = z[0], tau = std::exp(z[1]), *eta = z + 2;
  double squares = 0, residuals = 0, along = 0;
  for (int j = 0; j < schools; j++) {
    const double residual = (data.y[j] - mu - tau * eta[j]) * data.reciprocal[j];
    const double slope = residual * data.reciprocal[j];  // of the log likelihood in theta
    squares += eta[j] * eta[j] + residual * residual;
    residuals += slope;
    along += slope * eta[j];
    gradient[2 + j] = slope * tau - eta[j];
  }
  const double m = mu / data.scale, t = tau / data.scale, square = t * t;
  gradient[0] = residuals - m / data.scale;
  gradient[1] = along * tau + 1 - 2 * square / (1 + square);
  return data.constant - 0.5 * (squares + m * m) - std::log1p(square) + z[1];
}
}  // namespace

int main() {
  static Data data;
  bind(data);
  report("eight-schools/gradient", 2 + schools, [](const double* z, double* gradient) { return value_and_gradient(data, z, gradient); });
}
