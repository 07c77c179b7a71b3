import * as tf from "#tfjs";
import { logAddExp, logDiffExp } from "../../ops/logExp.ts";
import {
  digamma,
  erf,
  erfc,
  erfinv,
  exp,
  lgamma,
  log1mexp,
  logBeta,
  logSigmoid,
  normalCdf,
  normalLogCdf,
  normalQuantile,
  sigmoid,
  softplus,
  tanh,
} from "../../ops/special.ts";
import { tensorOf } from "../item.ts";
import { pairwise, pointwise, type TextFunction } from "./function.ts";

/** log(p / (1 − p)), each part with its own digits. */
const logit = pointwise({ tensor: (p) => p.log().sub(p.neg().log1p()) });
const inverseLogit = pointwise({ tensor: sigmoid });
const normalDistribution = pointwise({ tensor: normalCdf });

export const elementwise: Readonly<Record<string, TextFunction>> = {
  exp: pointwise({ host: Math.exp, tensor: exp }),
  expm1: pointwise({ host: Math.expm1, tensor: (x) => x.expm1() }),
  log: pointwise({ host: Math.log, tensor: (x) => x.log() }),
  log1p: pointwise({ host: Math.log1p, tensor: (x) => x.log1p() }),
  log1mexp: pointwise({ tensor: log1mexp }),
  sqrt: pointwise({ host: Math.sqrt, tensor: (x) => x.sqrt() }),
  square: pointwise({ host: (x) => x * x, tensor: (x) => x.square() }),
  abs: pointwise({ host: Math.abs, tensor: (x) => x.abs() }),
  sign: pointwise({ host: Math.sign, tensor: (x) => x.sign() }),
  floor: pointwise({ host: Math.floor, tensor: (x) => x.floor() }),
  ceil: pointwise({ host: Math.ceil, tensor: (x) => x.ceil() }),
  sin: pointwise({ host: Math.sin, tensor: (x) => x.sin() }),
  cos: pointwise({ host: Math.cos, tensor: (x) => x.cos() }),
  tan: pointwise({ host: Math.tan, tensor: (x) => x.sin().div(x.cos()) }),
  atan: pointwise({ host: Math.atan, tensor: (x) => x.atan() }),
  tanh: pointwise({ host: Math.tanh, tensor: tanh }),
  sinh: pointwise({ host: Math.sinh, tensor: (x) => exp(x).sub(exp(x.neg())).div(2) }),
  cosh: pointwise({ host: Math.cosh, tensor: (x) => exp(x).add(exp(x.neg())).div(2) }),
  sigmoid: inverseLogit,
  invLogit: inverseLogit,
  logit,
  logSigmoid: pointwise({ tensor: logSigmoid }),
  softplus: pointwise({ tensor: softplus }),
  lgamma: pointwise({ tensor: lgamma }),
  digamma: pointwise({ tensor: digamma }),
  erf: pointwise({ tensor: erf }),
  erfc: pointwise({ tensor: erfc }),
  erfinv: pointwise({ tensor: erfinv }),
  Phi: normalDistribution,
  normalCdf: normalDistribution,
  normalLogCdf: pointwise({ tensor: normalLogCdf }),
  normalQuantile: pointwise({ tensor: normalQuantile }),
  logBeta: { takes: ["a", "b"], apply: ([a, b]) => logBeta(tensorOf(a), tensorOf(b)) },
  logAddExp: { takes: ["a", "b"], apply: ([a, b]) => logAddExp(tensorOf(a), tensorOf(b)) },
  logDiffExp: { takes: ["a", "b"], apply: ([a, b]) => logDiffExp(tensorOf(a), tensorOf(b)) },
  pow: pairwise(
    (a, b) => a ** b,
    (a, b) => tf.pow(a, b),
  ),
};
