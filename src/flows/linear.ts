import { checkCount, checkOptions, checkPositive } from "../core/check.ts";
import type { Density } from "../core/density.ts";
import { type ConditionedParameters, conditioned } from "./conditioned.ts";
import { plainRate } from "./guide.ts";
import { checkFlag, oneOf } from "./options.ts";
import { type LinearParameters, linearLayer } from "./parts/linear.ts";
import { type LinearKind, type LinearOptions, linearKinds } from "./parts/linearKinds.ts";
import { closedFlowSpec, type FlowSpec } from "./spec.ts";

type Parameters = LinearParameters | ConditionedParameters<LinearParameters>;

/** Which options, beside the kind, a kind of map takes. */
const taken: Readonly<Record<LinearKind, readonly (keyof LinearOptions)[]>> = {
  diagonal: [],
  triangular: ["upper"],
  plu: ["seed"],
  qr: ["reflections"],
  householder: ["reflections"],
  cayley: [],
  rotation: [],
  exponential: [],
  full: [],
  permutation: ["temperature"],
};

const defaults: LinearOptions = { upper: false, seed: 0, temperature: 1 };

const checkLinearOptions = (who: string, { upper, seed, reflections, temperature }: LinearOptions): void => {
  if (upper !== undefined) checkFlag(`${who}: upper`, upper);
  if (seed !== undefined) checkCount(`${who}: seed`, seed, 0);
  if (reflections !== undefined) checkCount(`${who}: reflections`, reflections);
  if (temperature !== undefined) checkPositive(`${who}: temperature`, temperature);
};

export interface LinearFlowOptions extends LinearOptions {
  /** "plu" unless said. */
  readonly kind?: LinearKind;
}

/**
 * W x + b with a matrix whose determinant is cheap: alone a Gaussian, between other layers what mixes their coordinates. Begins at the
 * identity, or at a permutation where there is one.
 *
 * - "diagonal": n products.
 * - "triangular": lower, or upper with `upper: true`, with a positive diagonal: any covariance. n²/2 products either way.
 * - "plu" (Kingma & Dhariwal 2018, section 3.2): a fixed permutation drawn from `seed`, and two triangles. n² products either way.
 * - "qr": reflections and an upper triangle. n² and 2n a reflection.
 * - "householder": a product of `reflections`; log |det| is 0. 2n products a reflection. (Tomczak & Welling 2016)
 * - "cayley", "rotation": rotations by the Cayley transform and the exponential of a skew matrix; log |det| is 0. n² products a vector,
 *   and about n³ or 10 n³ once for all of them. (Goliński, Lezcano-Casado & Rainforth 2019)
 * - "exponential": exp(A), log |det| the trace of A. (Hoogeboom et al. 2020)
 * - "full": any matrix, its determinant by elimination each time: n³/3.
 * - "permutation": the coordinates sorted by learned scores, begun at random; log |det| is 0. The gradient in the scores is that of a soft
 *   sorting (Prillo & Eisenschlos 2020): biased, and not what finite differences give, which is 0.
 *
 * @throws FluvialError on an unknown kind, on options the kind does not take and on values they cannot have.
 */
export const linearFlow = (options: LinearFlowOptions = {}): FlowSpec<Density, Parameters> => {
  const { kind: name = "plu", ...given } = options ?? {};
  const kind = oneOf("linearFlow: kind", name, Object.keys(linearKinds) as LinearKind[]);
  const who = `linearFlow of kind "${kind}"`;
  checkOptions(who, options, ["kind", ...taken[kind]]);
  checkLinearOptions(who, given);
  const own = Object.fromEntries(taken[kind].map((option) => [option, given[option] ?? defaults[option]]));
  const known = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) as LinearOptions;
  return closedFlowSpec<Parameters>({
    name: "linear",
    rate: plainRate,
    options: { kind, ...known },
    flow: (size, context = 0) => conditioned("linearFlow", linearLayer(size, kind, known), context),
  });
};
