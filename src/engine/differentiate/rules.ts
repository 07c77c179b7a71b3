import type { Op } from "../graph/ops.ts";
import { binaryRules, specialBinaryRules } from "./binary.ts";
import { cumulativeRules } from "./cumulative.ts";
import { indexingRules } from "./indexing.ts";
import { linalgRules } from "./linalg.ts";
import { markRules } from "./marks.ts";
import { randomRules } from "./random.ts";
import { reductionRules } from "./reductions.ts";
import { regionRules } from "./regions.ts";
import type { Rules } from "./rule.ts";
import { unaryRules } from "./unary.ts";
import { viewRules } from "./views.ts";

/** The reverse rule of every op, or `flat`: an op without one does not compile. */
export const rules: Rules<Op> = {
  ...unaryRules,
  ...binaryRules,
  ...specialBinaryRules,
  ...markRules,
  ...viewRules,
  ...reductionRules,
  ...cumulativeRules,
  ...indexingRules,
  ...linalgRules,
  ...randomRules,
  ...regionRules,
};
