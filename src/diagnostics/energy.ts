import { mean, squaredFrom } from "./series.ts";

/**
 * E-BFMI of one chain's energies: Σ (E_n − E_{n−1})² / Σ (E_n − Ē)². Below 0.3 momentum resampling hardly moves the chain between
 * energies. Betancourt 2016, "Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte Carlo".
 */
export const ebfmi = (energy: Float64Array): number => {
  const centre = mean(energy);
  let steps = 0;
  for (let i = 1; i < energy.length; i++) steps += (energy[i] - energy[i - 1]) ** 2;
  return steps / (mean(squaredFrom(centre, energy)) * energy.length);
};
