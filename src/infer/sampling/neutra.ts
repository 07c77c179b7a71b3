import { fail } from "../../core/check.ts";
import type { Guide, GuideSpec, Sampler } from "../../core/density.ts";
import { foldHostKey, hostUniforms } from "../../core/key.ts";
import { hostValues, type Scalar, type Tensor } from "../../core/tensor.ts";
import { disposeTree } from "../../core/tree.ts";
import type { Gradient } from "../../engine/engine.ts";
import { guideLabel } from "../../guides/index.ts";
import { isFinitePoint, pointAt } from "../../mcmc/point.ts";
import { normalsFrom } from "../../mcmc/random.ts";
import type { Conditioned } from "../../model/condition.ts";
import type { Values } from "../../model/site.ts";
import type { Fit, Plain } from "../../posterior/posterior.ts";
import { explain } from "../explain.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { fittedGuide, type OfGuide } from "../fitting/fittedGuide.ts";
import type { Ground } from "../fitting/ground.ts";
import { plainOptions } from "../plainOptions.ts";
import { verbKey } from "../verbKey.ts";
import type { Space } from "./space.ts";

/** What the density of noise is a function of, besides the noise: inputs of its program, never constants in it. */
interface Inputs {
  readonly data: Values;
  readonly parameters: unknown;
}

type Through = NonNullable<Sampler["through"]>;

const throughOf = (guide: Guide<unknown, Sampler>, parameters: unknown): Through =>
  guide.at(parameters).through as Through;

/** log p(T(noise)) + log |det dT/dnoise| of one noise [size]. Hoffman et al. 2019, equation 2. */
const noiseDensity =
  (conditioned: Conditioned<unknown>, guide: Guide<unknown, Sampler>) =>
  (noise: Tensor, { data, parameters }: Inputs): Scalar => {
    const { value, logDet } = throughOf(guide, parameters)(noise.expandDims(0));
    return conditioned
      .at(data)
      .logDensity(value.reshape([conditioned.size]))
      .add(logDet.reshape([])) as Scalar;
  };

/** Rows mapped in one go: always so many, so that a row has the same bits whatever else is mapped. */
const block = 100;

/** The map from noise to the unconstrained scale, row by row. */
const mapOnHost = (
  { engine, conditioned: { size } }: Ground<unknown>,
  guide: Guide<unknown, Sampler>,
  parameters: unknown,
): ((noise: Float64Array) => Float64Array) => {
  const map = engine.compile((noise: Tensor, at: unknown) => throughOf(guide, at)(noise).value);
  return (noise) => {
    const z = new Float64Array(noise.length);
    for (let from = 0; from < noise.length; from += block * size) {
      const rows = new Float64Array(block * size);
      rows.set(noise.subarray(from, from + block * size));
      const given = engine.tensor(rows, [block, size]);
      const made = map(given, parameters);
      z.set(hostValues(made).subarray(0, noise.length - from), from);
      given.dispose();
      made.dispose();
    }
    return z;
  };
};

const tries = 100;

/** Standard normal noise for each chain, drawn again until density and slope are finite; the last one tried where they never are. */
const noiseStarts = (gradient: Gradient, chains: number, seed: number): Float64Array[] =>
  Array.from({ length: chains }, (_, chain) => {
    const normal = normalsFrom(hostUniforms(foldHostKey(verbKey("starts", seed), chain)));
    for (let attempt = 1; ; attempt++) {
      const noise = Float64Array.from({ length: gradient.size }, normal);
      if (attempt === tries || isFinitePoint(pointAt(gradient, noise))) return noise;
    }
  });

/** A hash of the parameters of a fit. */
const hashOf = (parameters: Fit["parameters"]): string =>
  fingerprintOf({
    data: Object.fromEntries(Object.entries(parameters).map(([path, each]) => [path, { ...each, type: "real" }])),
  });

const who = "sample: neutra";

/** What is put on record of the map that chains ran through. */
const toldOf = ({ name, options }: GuideSpec, { parameters }: OfGuide): Plain => ({
  guide: { name, options: plainOptions(options) },
  parameters: hashOf(parameters),
});

/**
 * The space of the noise that a fitted guide makes its draws of, where a posterior that the guide fits is a standard normal: NeuTra.
 * Whatever the fit, chains that leave the density of the noise as it is leave the posterior as it is. Hoffman, Sountsov, Dillon,
 * Langmore, Tran & Vasudevan 2019, NeuTra-lizing bad geometry in Hamiltonian Monte Carlo using neural transport.
 * @param given the guide of the fit where it is none of the table, else true.
 * @throws FluvialError where the guide cannot be made again, or does not make its draws of as much noise by a map that goes both ways.
 */
export const noiseSpace = async (fitted: OfGuide, ground: Ground<unknown>, given: true | GuideSpec): Promise<Space> => {
  const { engine, conditioned, data } = ground;
  const found = await fittedGuide(who, fitted, ground, given === true ? undefined : given);
  const { spec, guide, parameters, goesThroughNoise } = found;
  if (!goesThroughNoise) {
    disposeTree(parameters);
    fail(
      `${who}: the draws of ${guideLabel(spec)} are not standard normal noise through one map that goes both ways; ` +
        "fit with mean-field, full-rank or a flow such as iaf()",
    );
  }
  const inputs: Inputs = { data, parameters };
  const gradient = engine.gradient(noiseDensity(conditioned, guide), conditioned.size, inputs);
  const unconstrained = mapOnHost(ground, guide, parameters);
  return {
    gradient,
    explainStart: (noise) => explain(conditioned)(unconstrained(noise)),
    unconstrained,
    starts: (chains, seed) => noiseStarts(gradient, chains, seed),
    noiseOf: { guide: spec, told: toldOf(spec, fitted) },
    dispose: () => {
      gradient.dispose();
      disposeTree(parameters);
    },
  };
};
