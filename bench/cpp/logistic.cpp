// Logistic regression: value and gradient of bench/logistic.ts, beta ~ normal(0, 1), y ~ bernoulli(logit⁻¹(X beta)). Derivatives by
// hand. The argument names a file of doubles: rows, columns, X row by row, y.
#include <cmath>
#include "timing.hpp"

namespace {
struct Data {
  int rows, columns;
  std::vector<double> x, y, eta;  // eta: room for X beta, then for the slopes
};

[[gnu::noipa]] double value_and_gradient(Data& data, const double* beta, double* gradient) {
  const int rows = data.rows, columns = data.columns;
  const double *x = data.x.data(), *y = data.y.data();
  double* __restrict eta = data.eta.data();
  for (int i = 0; i < rows; i++) {
    double sum = 0;
    for (int j = 0; j < columns; j++) sum += x[i * columns + j] * beta[j];
    eta[i] = sum;
  }
  double value = 0;
  for (int i = 0; i < rows; i++) {
    const double e = std::exp(-std::fabs(eta[i])), p = (eta[i] < 0 ? e : 1.0) / (1 + e);
    value += y[i] * eta[i] - std::fmax(eta[i], 0) - std::log1p(e);
    eta[i] = y[i] - p;
  }
  for (int j = 0; j < columns; j++) {
    value -= 0.5 * (beta[j] * beta[j] + std::log(2 * M_PI));
    gradient[j] = -beta[j];
  }
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) gradient[j] += eta[i] * x[i * columns + j];
  return value;
}

bool read(const char* path, Data& data) {
  std::FILE* file = std::fopen(path, "rb");
  double sizes[2];
  if (!file || std::fread(sizes, sizeof(double), 2, file) != 2) return false;
  data.rows = sizes[0], data.columns = sizes[1];
  data.x.resize(size_t(data.rows) * data.columns), data.y.resize(data.rows), data.eta.resize(data.rows);
  const bool whole = std::fread(data.x.data(), sizeof(double), data.x.size(), file) == data.x.size() &&
                     std::fread(data.y.data(), sizeof(double), data.y.size(), file) == data.y.size();
  std::fclose(file);
  return whole;
}
}  // namespace

int main(int count, char** arguments) {
  static Data data;
  if (count != 2 || !read(arguments[1], data)) return std::fprintf(stderr, "logistic: expected a file of rows, columns, X and y\n"), 1;
  report("logistic-5000x20/gradient", data.columns, [](const double* z, double* gradient) { return value_and_gradient(data, z, gradient); });
}
