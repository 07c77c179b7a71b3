/** Our own ops: each is one op of the graph. Those that only gradients use come from the reverse rules. */
import type { Shape } from "../../../core/tensor.ts";
import { toReal, unary } from "../../graph/build.ts";
import { make, type Node } from "../../graph/node.ts";
import type { Attributes, Op, unaryOps } from "../../graph/ops.ts";
import { type Lowering, type Lowerings, lowerList } from "../lowering.ts";

interface Given<A> {
  readonly attributes: A;
}

const elementwise = (op: (typeof unaryOps)[number]): Lowering => lowerList(([x]) => unary(op, toReal(x)));

type Plain = {
  [O in Op]: Attributes[O] extends Readonly<Record<string, never>> ? O : never;
}[Op];

const plain = (op: Plain, operands: (inputs: readonly Node[]) => readonly Node[]): Lowering =>
  lowerList((inputs) => make(op, operands(inputs), {}));

const reals = (inputs: readonly Node[]): readonly Node[] => inputs.map(toReal);
const keyFirst = ([key, ...rest]: readonly Node[]): readonly Node[] => [key, ...rest.map(toReal)];
const asTheyAre = (inputs: readonly Node[]): readonly Node[] => inputs;

const random = (op: "uniform" | "normal"): Lowering =>
  lowerList<Given<{ readonly shape: Shape }>>(([key], { attributes }) =>
    make(op, [key], { shape: [...attributes.shape] }),
  );

export const ours: Lowerings = {
  FluvialExp: elementwise("exp"),
  FluvialSigmoid: elementwise("sigmoid"),
  FluvialTanh: elementwise("tanh"),
  FluvialSoftplus: elementwise("softplus"),
  FluvialLog1mexp: elementwise("log1mexp"),
  FluvialLog1pSquare: elementwise("log1pSquare"),
  FluvialErf: elementwise("erf"),
  FluvialErfc: elementwise("erfc"),
  FluvialErfinv: elementwise("erfinv"),
  FluvialNormalCdf: elementwise("normalCdf"),
  FluvialNormalLogCdf: elementwise("normalLogCdf"),
  FluvialInverseMills: elementwise("inverseMills"),
  FluvialNormalQuantile: elementwise("normalQuantile"),
  FluvialDigamma: elementwise("digamma"),
  FluvialLgamma: elementwise("lgamma"),
  FluvialStirlingGap: elementwise("stirlingGap"),
  FluvialPolygamma: lowerList<Given<Attributes["polygamma"]>>(([x], { attributes: { n } }) =>
    make("polygamma", [toReal(x)], { n }),
  ),
  FluvialSpecial: lowerList<Given<Attributes["special"]>>((inputs, { attributes: { name } }) =>
    make("special", reals(inputs), { name }),
  ),
  FluvialGammaShapeSlope: plain("gammaShapeSlope", reals),
  FluvialLogBeta: plain("logBeta", reals),
  FluvialDeviance: plain("deviance", reals),
  FluvialStopGradient: plain("stop", reals),
  FluvialCholesky: plain("cholesky", reals),
  FluvialLu: plain("lu", reals),
  FluvialTriangularSolve: lowerList<Given<Attributes["triangularSolve"]>>((inputs, { attributes }) =>
    make("triangularSolve", reals(inputs), { transpose: attributes.transpose, lower: attributes.lower }),
  ),
  FluvialUniform: random("uniform"),
  FluvialNormal: random("normal"),
  FluvialSplit: lowerList<Given<Attributes["split"]>>(([key], { attributes: { count, use } }) =>
    make("split", [key], { count, use }),
  ),
  FluvialFold: plain("fold", asTheyAre),
  FluvialGamma: plain("gammaDraw", keyFirst),
  FluvialLogGamma: plain("logGammaDraw", keyFirst),
  FluvialPoisson: plain("poissonDraw", keyFirst),
  FluvialBinomial: plain("binomialDraw", keyFirst),
};
