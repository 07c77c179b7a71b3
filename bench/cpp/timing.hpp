// Timing of one value and gradient, shared by the programs of this folder. CPU time, not wall time.
#pragma once
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

#ifndef FLAGS
#define FLAGS ""
#endif

/** Lets no call be moved, merged or dropped, and no input be known to the compiler: what it points to may have changed. */
inline void opaque(void* pointer) { asm volatile("" : : "g"(pointer) : "memory"); }

inline double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

/** Prints one JSON line: value and gradient at 0.1 everywhere, microseconds of one call over 21 rounds of `seconds` in all. */
template <class ValueAndGradient>
void report(const char* name, int size, ValueAndGradient value_and_gradient, double seconds = 2) {
  std::vector<double> position(size, 0.1), gradient(size);
  auto call = [&] {
    opaque(position.data());
    double value = value_and_gradient(position.data(), gradient.data());
    opaque(&value);
    opaque(gradient.data());
    return value;
  };
  const int rounds = 21;
  long calls = 0;
  for (const double until = cpu_seconds() + seconds / 10; cpu_seconds() < until;)
    for (int i = 0; i < 16; i++, calls++) call();
  const long each = std::max(1L, calls * 10 / rounds);
  std::vector<double> microseconds(rounds);
  for (double& round : microseconds) {
    const double began = cpu_seconds();
    for (long i = 0; i < each; i++) call();
    round = 1e6 * (cpu_seconds() - began) / each;
  }
  std::sort(microseconds.begin(), microseconds.end());
  std::printf("{\"name\":\"%s\",\"flags\":\"%s\",\"value\":%.17g,\"best\":%.6g,\"median\":%.6g,\"gradient\":[", name, FLAGS, call(),
              microseconds[0], microseconds[rounds / 2]);
  for (int i = 0; i < size; i++) std::printf("%s%.17g", i ? "," : "", gradient[i]);
  std::printf("]}\n");
}
