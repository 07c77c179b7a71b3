/** The example models, conditioned on their data. */
import banana, { data as none } from "../../../models/banana.ts";
import eightSchools from "../../../models/eight-schools.ts";
import eightSchoolsNonCentred, { data as schools } from "../../../models/eight-schools-noncentred.ts";
import funnel from "../../../models/funnel.ts";
import linear, { data as cars } from "../../../models/linear-regression.ts";
import logistic, { data as launches } from "../../../models/logistic-regression.ts";
import { inDouble } from "../../../src/core/double.ts";
import { leaves } from "../../../src/core/tree.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { bernoulli, beta, halfCauchy, missing, model, noncentred, normal, studentT } from "../../../src/index.ts";
import { type Conditioned, condition } from "../../../src/model/condition.ts";
import type { Model } from "../../../src/model/model.ts";
import type { Values } from "../../../src/model/site.ts";
import { hostOf } from "../trace/both.ts";

const noncentredSchools = model("noncentred in one word")
  .data("sigma", ["J"])
  .latent("mu", normal(0, 5))
  .latent("tau", halfCauchy(0, 5))
  .latent("theta", ({ mu, tau }) => noncentred(studentT(4, mu, tau)), ["J"])
  .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);

const clusters = model("clusters")
  .latent("weight", beta(2, 2))
  .latent("low", normal(0, 3))
  .latent("gap", halfCauchy(0, 3))
  .latent("rough", bernoulli(0.4))
  .latent("cluster", ({ weight }) => bernoulli(weight), ["N"])
  .observe("y", ({ low, gap, cluster, rough }) => normal(cluster.mul(gap).add(low), rough.mul(2).add(0.5)), ["N"]);

const pairs: Readonly<Record<string, readonly [unknown, unknown]>> = {
  "eight schools": [eightSchools, schools],
  "eight schools, non-centred": [eightSchoolsNonCentred, schools],
  "linear regression": [linear, cars],
  "logistic regression": [logistic, launches],
  funnel: [funnel, none],
  banana: [banana, none],
  "noncentred in one word": [noncentredSchools, schools],
  "discrete latents": [clusters, { y: [0.2, -1, 3.5, 2] }],
  "discrete latents and missing values": [clusters, { y: missing([0.2, null, 3.5, 2]) }],
};

export interface Case {
  readonly model: Model;
  readonly conditioned: Conditioned<unknown>;
  /** The data: disposed of, as the form of a tree, and on the host. */
  readonly form: Values;
  readonly data: readonly HostArray[];
}

/** The case of a name. */
export const caseOf = (name: string): Case => {
  const [model, data] = pairs[name];
  const conditioned = condition(model as Model, data as never) as unknown as Conditioned<unknown>;
  return inDouble(() => {
    const form = conditioned.tensors();
    const arrays = leaves(form).map(hostOf);
    for (const leaf of leaves(form)) leaf.dispose();
    return { model: model as Model, conditioned, form, data: arrays };
  });
};

export const modelNames: readonly string[] = Object.keys(pairs);
