/** Draws: implicit reparameterisation where there is one (Figurnov, Mohamed & Mnih 2018); keys and counts have no slope. */
import { binary, log, mul } from "../graph/build.ts";
import { flat, type Rules, slopes } from "./rule.ts";

type RandomOp = "split" | "fold" | "uniform" | "normal" | "gammaDraw" | "logGammaDraw" | "poissonDraw" | "binomialDraw";

export const randomRules: Rules<RandomOp> = {
  split: flat,
  fold: flat,
  uniform: flat,
  normal: flat,
  gammaDraw: slopes(
    () => undefined,
    (g, draw) => mul(mul(g, draw), binary("gammaShapeSlope", draw.inputs[1], log(draw))),
  ),
  logGammaDraw: slopes(
    () => undefined,
    (g, draw) => mul(g, binary("gammaShapeSlope", draw.inputs[1], draw)),
  ),
  poissonDraw: flat,
  binomialDraw: flat,
};
