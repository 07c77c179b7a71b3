/** Fluvial: define a model, fit it, sample it, compare the two. This is the only list of public names. */

export type { CompareOptions } from "./compare/compare.ts";
export { compare } from "./compare/compare.ts";
export type { Distances, DistancesOptions } from "./compare/distances/distances.ts";
export { distances } from "./compare/distances/distances.ts";
export type { DistanceEstimate } from "./compare/distances/estimate.ts";
export type { DrawSet } from "./compare/distances/points.ts";
export * from "./conjugate/index.ts";
export { FluvialError } from "./core/check.ts";
export type { Density, Gaussian, Guide, GuideSpec, NormalPart, Sampler, Target, TargetFamily } from "./core/density.ts";
export type { Precision } from "./core/double.ts";
export { inDouble } from "./core/double.ts";
export type { Family } from "./core/family.ts";
export type { HostKey, Key } from "./core/key.ts";
export { hostKey } from "./core/key.ts";
export type { Now } from "./core/now.ts";
export type { Scalar, Shape, Tensor, TensorLike } from "./core/tensor.ts";
export { hostValues } from "./core/tensor.ts";
export type { Tree } from "./core/tree.ts";
export { within } from "./core/within.ts";
export * as datasets from "./data/index.ts";
export type { DataSet } from "./data/planeSet.ts";
export type { Points, PointsLike } from "./data/points.ts";
export type { Bandwidth } from "./density/bandwidth.ts";
export type { DensityHistory, DensityProgress } from "./density/course.ts";
export type { Distilled, DistilOptions } from "./density/distil.ts";
export { distil } from "./density/distil.ts";
export type { FitDensity } from "./density/fitDensity.ts";
export { fitDensity } from "./density/fitDensity.ts";
export type {
  BoundedDensity,
  BoundOptions,
  DrawnRows,
  DrawOptions,
  FittedDensity,
  RowDensity,
  RowOptions,
  StoredDensity,
} from "./density/fitted.ts";
export type { ImageScale, Images } from "./density/images.ts";
export { bitsPerDim } from "./density/images.ts";
export type { KernelDensity, KernelDensityOptions } from "./density/kernelDensity.ts";
export { kernelDensity } from "./density/kernelDensity.ts";
export type { FitDensityOptions, TrainingOptions } from "./density/options.ts";
export type { OutlierScores, Typicality, TypicalityOptions } from "./density/outliers.ts";
export type { Samples } from "./density/samples.ts";
export type { Score } from "./density/score.ts";
export type { Stretching } from "./density/stretching.ts";
export type { CompareLooOptions, ElpdComparison, ElpdRow } from "./diagnostics/compareLoo.ts";
export { compareLoo } from "./diagnostics/compareLoo.ts";
export type { Elpd, LogLikelihood, PointwiseElpd } from "./diagnostics/elpd.ts";
export { ebfmi } from "./diagnostics/energy.ts";
export { essBulk, essMean, essTail } from "./diagnostics/ess.ts";
export type { Loo, LooOfOptions, PointwiseLoo } from "./diagnostics/loo.ts";
export { looOf } from "./diagnostics/loo.ts";
export { mcseMean, mcseQuantile, mcseSd } from "./diagnostics/mcse.ts";
export type { MomentGradients } from "./diagnostics/powerScaling.ts";
export type { Psis, PsisOptions } from "./diagnostics/psis.ts";
export { khatOf, khatThreshold, psis } from "./diagnostics/psis.ts";
export { rhat } from "./diagnostics/rhat.ts";
export type { Waic, WaicOfOptions } from "./diagnostics/waic.ts";
export { waicOf } from "./diagnostics/waic.ts";
export * from "./distributions/index.ts";
export type { CompiledOptions } from "./engine/compiled.ts";
export { compiledEngine } from "./engine/compiled.ts";
export { eagerEngine } from "./engine/eager.ts";
export type { Engine, Gradient, Loop, Metrics } from "./engine/engine.ts";
export { type ShowOptions, showProgram } from "./engine/show.ts";
export type { Flow, Given, Side } from "./flows/flow.ts";
export * from "./flows/index.ts";
export * as flowParts from "./flows/parts/index.ts";
export {
  annealedHamiltonian,
  factorised,
  fullRank,
  guideSpecs,
  hamiltonian,
  laplaceGuide,
  lowRank,
  meanField,
  mixtureGuide,
  pathfinder,
  whitened,
} from "./guides/index.ts";
export type { OwnMethod } from "./infer/calibration/analyse.ts";
export type { CalibrateOptions, CalibrateProgress } from "./infer/calibration/calibrate.ts";
export { calibrate } from "./infer/calibration/calibrate.ts";
export type { Truth, TruthSource } from "./infer/calibration/replications.ts";
export type { PredictiveCheckOptions } from "./infer/checks.ts";
export { predictiveCheck } from "./infer/checks.ts";
export type {
  BayesFactor,
  MarginalLikelihood,
  MarginalLikelihoodOptions,
} from "./infer/evidence/logMarginalLikelihood.ts";
export { bayesFactor, logMarginalLikelihood } from "./infer/evidence/logMarginalLikelihood.ts";
export { fit } from "./infer/fit.ts";
export type { FitProgress } from "./infer/fitting/course.ts";
export type { FitOptions } from "./infer/fitting/fitOptions.ts";
export type { IndexUseOptions } from "./infer/indexUse.ts";
export { indexUse } from "./infer/indexUse.ts";
export type { Inferred } from "./infer/inferred.ts";
export type { LooOptions } from "./infer/loo.ts";
export { loo, waic } from "./infer/loo.ts";
export type { LooPitOptions } from "./infer/looPit.ts";
export { looPit } from "./infer/looPit.ts";
export type { MapEstimate, MapOptions } from "./infer/map.ts";
export { map } from "./infer/map.ts";
export type { PredictOptions } from "./infer/predict.ts";
export { posteriorPredictive, priorPredictive } from "./infer/predict.ts";
export type { LogLikelihoodOptions } from "./infer/predicting/logLikelihood.ts";
export { pointwiseLogLikelihood } from "./infer/predicting/logLikelihood.ts";
export type { Statistic } from "./infer/predicting/statistics.ts";
export { resampled } from "./infer/resample.ts";
export type { ChainStatus, SampleOptions, SampleProgress } from "./infer/sample.ts";
export { sample } from "./infer/sample.ts";
export type { SamplerSpec, TemperedSamplerOptions } from "./infer/sampling/samplers.ts";
export { hmc, nuts, tempered } from "./infer/sampling/samplers.ts";
export type { Sandwich, SandwichOptions } from "./infer/sandwich.ts";
export { sandwich } from "./infer/sandwich.ts";
export type { Sensitivity, SensitivityOptions, SensitivityRow } from "./infer/sensitivity.ts";
export { sensitivity } from "./infer/sensitivity.ts";
export { type LangevinChains, type SgldOptions, sgld } from "./infer/sgld.ts";
export type { Saved, SavedDraws } from "./io/json.ts";
export { fromJson, toJson } from "./io/json.ts";
export type { Conditioned } from "./model/condition.ts";
export { condition } from "./model/condition.ts";
export type { Coords, DataFor, DataValue, WithGaps } from "./model/data.ts";
export { missing } from "./model/data.ts";
export type { Bound, Declared, Rows } from "./model/declared.ts";
export {
  above,
  below,
  between,
  circular,
  columnStochastic,
  correlation,
  correlationFactor,
  covariance,
  covarianceFactor,
  increasing,
  positive,
  positiveIncreasing,
  probabilities,
  real,
  scaled,
  stochastic,
  sumToZero,
  sumToZeroMatrix,
  unitVector,
} from "./model/declared.ts";
export type { Declarations } from "./model/logJoint.ts";
export { logJoint } from "./model/logJoint.ts";
export type { Minibatch } from "./model/minibatch.ts";
export type { Model } from "./model/model.ts";
export { isModel, model } from "./model/model.ts";
export type { Axes, Values } from "./model/site.ts";
export type { Start } from "./model/start.ts";
export * from "./objectives/index.ts";
export type { Problem, Stateless } from "./objectives/problem.ts";
export { guideProblem } from "./objectives/problem.ts";
export * from "./ops/index.ts";
export type { AdamState, Optimiser } from "./optimise/adam.ts";
export { adam } from "./optimise/adam.ts";
export type { Schedule } from "./optimise/schedule.ts";
export { annealing, constant, cosine, exponentialDecay, linear } from "./optimise/schedule.ts";
export type { Progress, Training, TrainOptions } from "./optimise/train.ts";
export { train } from "./optimise/train.ts";
export type { Calibration, CalibrationRow, Miscalibration } from "./posterior/calibration.ts";
export { divergentPositions } from "./posterior/divergent.ts";
export type { Draws, DrawsOf } from "./posterior/draws.ts";
export { chainsOf, drawsAt, scalarNames } from "./posterior/draws.ts";
export type { LayerIndexUse } from "./posterior/indexUse.ts";
export type {
  IndependentCheck,
  Ladder,
  Region as LadderRegion,
  Rung as LadderRung,
} from "./posterior/ladder.ts";
export type {
  ChainEnd,
  ChainStats,
  Chains,
  Comparison,
  Discrepancy,
  DrawPlace,
  Fit,
  HostParameter,
  MetricValues,
  Plain,
  Posterior,
  Reweighting,
  Row,
} from "./posterior/posterior.ts";
export type { LooPit, PredictiveCheck, PredictiveRow, SiteCheck } from "./posterior/predictive.ts";
export { parseModel } from "./text/parseModel.ts";
export type { Support, ValueSet } from "./transforms/support.ts";
export * as supports from "./transforms/supports.ts";
export type { Bijection, Transform } from "./transforms/transform.ts";
