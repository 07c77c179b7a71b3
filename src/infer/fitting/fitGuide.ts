import { fail, showAny } from "../../core/check.ts";
import type { Guide, GuideSpec, Sampler } from "../../core/density.ts";
import { foldHostKey, type HostKey, hostKey, splitHostKey } from "../../core/key.ts";
import type { Engine } from "../../engine/engine.ts";
import { networkRate } from "../../flows/guide.ts";
import { guideLabel } from "../../guides/index.ts";
import { elbo } from "../../objectives/elbo.ts";
import type { Objective } from "../../objectives/objective.ts";
import { stickTheLanding } from "../../objectives/stickTheLanding.ts";
import { key as keyOf } from "../../ops/random.ts";
import { defaultRate } from "../../optimise/train.ts";
import type { Fit } from "../../posterior/posterior.ts";
import { plainOptions } from "../plainOptions.ts";
import { ascend } from "./ascend.ts";
import type { FitOptions } from "./fitOptions.ts";
import { fitReport } from "./fitReport.ts";
import type { Ground } from "./ground.ts";

/** Whether the guide's score can be left out: log q is known anywhere, or its joint one along its draws. */
const canLand = (engine: Engine, guide: Guide<unknown, Sampler>): boolean => {
  let found = false;
  engine.compile(() => {
    const q = guide.at(guide.init(keyOf(hostKey(0))));
    found = "logProb" in q || q.drawPath !== undefined;
    return [];
  })();
  return found;
};

type GuideFor = (key: HostKey) => Promise<Guide<unknown, Sampler>>;

/** The guide, made anew for every restart, once: what it looks at beforehand is random, and may take long. */
const guideFor = (ground: Ground<unknown>, spec: GuideSpec): GuideFor => {
  const made = new Map<string, Promise<Guide<unknown, Sampler>>>();
  const make: GuideFor = async (key) =>
    (await spec.for(ground.conditioned.at(ground.data), ground.host(foldHostKey(key, -1)))) as Guide<unknown, Sampler>;
  return (key) => {
    const guide = made.get(key.join()) ?? make(key);
    made.set(key.join(), guide);
    return guide;
  };
};

/** The objective that suits a guide. */
const objectiveFor = async (
  ground: Ground<unknown>,
  spec: GuideSpec,
  firstGuide: () => Promise<Guide<unknown, Sampler>>,
): Promise<Objective> => {
  const { plainBound, ready, draws } = spec;
  if (plainBound || ready) return elbo({ draws });
  const guide = await firstGuide();
  return canLand(ground.engine, guide) ? (stickTheLanding({ draws }) as unknown as Objective) : elbo({ draws });
};

/** The rate to start from where the user says none: that of the guide, lower where the objective cannot bear it. */
const usualRate = ({ rate = defaultRate }: GuideSpec, { course }: Objective): number =>
  course && rate <= networkRate ? rate * course.networkRate : rate;

/** @throws FluvialError where what should be an objective is none. */
const checkObjective = (objective: unknown): void => {
  if (objective === undefined) return;
  const { draws } = Object(objective) as Partial<Objective>;
  if (typeof objective !== "function" || draws === undefined)
    fail(
      `fit: objective: expected an objective such as elbo() or iwae({ samples: 8 }), got ${showAny(objective)}${typeof objective === "function" ? "; call what makes it" : ""}`,
    );
};

/** Fits one guide on a ground that is open already; options have been checked. */
export const fitGuide = async <L>(ground: Ground<L>, spec: GuideSpec, options: FitOptions): Promise<Fit<L>> => {
  const began = performance.now();
  checkObjective(options.objective);
  const { seed = 0, draws = 4_000, restarts = 1, steps = 20_000, correct = true, from } = options;
  const key = hostKey(seed);
  const guide = guideFor(ground, spec);
  const firstGuide = (): ReturnType<GuideFor> => guide(splitHostKey(key, restarts)[0]);
  const objective = options.objective ?? (await objectiveFor(ground, spec, firstGuide));
  const { rate = usualRate(spec, objective), beta, clip, onProgress } = options;
  const course = { steps, rate, beta, clip, onProgress, ...(from && { start: from.parameters }) };
  const ascent = { guide, ready: spec.ready, objective };
  const best = await ascend(ground, ascent, course, { key, restarts, draws });
  // Where nothing is trained, neither objective nor steps had a part in it.
  const trainedBy = spec.ready ? {} : { objective, steps };
  const told = plainOptions({ ...options, ...trainedBy, guide: spec, draws, restarts, correct });
  const reported = { ground, method: guideLabel(spec), seed, began, correct, told };
  const drawsAStep = Math.max(objective.draws, spec.strata ?? 1);
  return fitReport(reported, best, drawsAStep * (1 + (spec.gradientsPerDraw ?? 0)));
};
