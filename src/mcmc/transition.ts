/** What one transition did. */
export interface Transition {
  /** Mean Metropolis acceptance probability over the trajectory, in [0, 1]. */
  readonly acceptance: number;
  /** Doublings of the trajectory that were kept; 0 where trajectories have a fixed length. */
  readonly treeDepth: number;
  /** Steps of the integrator. */
  readonly steps: number;
  /** Whether the energy error exceeded `maxEnergyError` or left the finite numbers. */
  readonly diverging: boolean;
  /** Hamiltonian at the new point with the momentum it was reached with. */
  readonly energy: number;
}
