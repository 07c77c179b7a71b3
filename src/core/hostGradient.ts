/** A function of z [size] with its slope, in place on plain arrays. */
export interface HostGradient {
  readonly size: number;
  /** Fills `gradient` and returns the value at `position`. */
  at(position: Float64Array, gradient: Float64Array): number;
}
