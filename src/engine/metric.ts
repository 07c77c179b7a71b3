/** The inverse mass matrix Σ of a sampler, which approximates the covariance of the density: plain data. */
export type MetricData =
  | { readonly kind: "diagonal"; readonly variances: Float64Array }
  /** [size × size], row by row. */
  | { readonly kind: "dense"; readonly covariance: Float64Array };
