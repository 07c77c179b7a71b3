/** One guide on one model: every objective. */
import { parseGuide } from "../../src/cli/guides.ts";
import { FluvialError } from "../../src/core/check.ts";
import type { Guide, GuideSpec, Sampler } from "../../src/core/density.ts";
import { hostKey } from "../../src/core/key.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { guideSpecs } from "../../src/guides/index.ts";
import { openGround } from "../../src/infer/fitting/ground.ts";
import { condition } from "../../src/model/condition.ts";
import { objectiveSpecs } from "../../src/objectives/index.ts";
import type { Objective } from "../../src/objectives/objective.ts";
import { runCell } from "./cell.ts";
import { subjectOf } from "./models.ts";
import type { Cell, Job, Result } from "./results.ts";

/** The rate that `train` starts from where neither user nor guide says one. */
const usualRate = 0.02;

/** All cells of a guide, on a ground that is opened for them. */
export const runJob = async (job: Job): Promise<Result> => {
  const { model, data, coords } = await subjectOf(job.model);
  const warnings: string[] = [];
  const engine = compiledEngine("f64", { warn: (message) => warnings.push(message) });
  const ground = openGround(model, condition(model, data as never, coords as never), engine);
  try {
    const spec: GuideSpec = parseGuide(job.guide, guideSpecs);
    if (spec.ready) return { ...job, cells: [], unfit: "nothing to train" };
    const guide = (await spec.for(ground.conditioned.at(ground.data), ground.host(hostKey(0)))) as Guide<
      unknown,
      Sampler
    >;
    const cells = job.objectives.map((name): Cell => {
      const before = warnings.length;
      const objective = objectiveSpecs[name]() as unknown as Objective;
      const cell = runCell(ground as never, guide, objective, spec.rate ?? usualRate, job);
      const eager = warnings.slice(before).join("; ");
      return eager === "" ? cell : { ...cell, eager };
    });
    return { ...job, cells };
  } catch (error) {
    if (error instanceof FluvialError) return { ...job, cells: [], unfit: error.message };
    throw error;
  } finally {
    ground.dispose();
  }
};
