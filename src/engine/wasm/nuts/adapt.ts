import { type Expr, type FunctionBody, f64, type Local, op, type Stmt } from "../assembler.ts";
import { averagingField, increase, stateField } from "./fields.ts";
import type { NutsLayout } from "./layout.ts";
import type { NutsLibrary } from "./library.ts";

/** Hoffman & Gelman 2014, section 3.2; κ = 0.75 stands in `weightOf`. */
const gamma = 0.05;
const t0 = 10;

const minus = (a: Expr, b: Expr): Expr => op("f64.sub", a, b);
const times = (a: Expr, b: Expr): Expr => op("f64.mul", a, b);
const plus = (a: Expr, b: Expr): Expr => op("f64.add", a, b);
const root = (x: Expr): Expr => op("f64.sqrt", x);

/** t^−¾. */
const weightOf = (t: Expr): Expr => op("f64.div", f64(1), times(root(t), root(root(t))));

/** Takes the acceptance of the last transition into the dual averaging: `dualAveraging` of mcmc/, in memory. */
export const updateAveraging = (f: FunctionBody, layout: NutsLayout): Stmt[] => {
  const updates = averagingField(layout, "updates");
  const meanError = averagingField(layout, "meanError");
  const logStep = averagingField(layout, "logStep");
  const logAverage = averagingField(layout, "logAverage");
  const acceptance = op("f64.min", f64(1), stateField(layout, "acceptance").get);
  const error = minus(minus(averagingField(layout, "target").get, acceptance), meanError.get);
  const weight: Local = f.local("f64");
  const towards = averagingField(layout, "shrinkTowards").get;
  return [
    increase(updates),
    meanError.set(plus(meanError.get, op("f64.div", error, plus(updates.get, f64(t0))))),
    logStep.set(minus(towards, times(op("f64.div", root(updates.get), f64(gamma)), meanError.get))),
    weight.set(weightOf(updates.get)),
    logAverage.set(plus(times(weight, logStep.get), times(minus(f64(1), weight), logAverage.get))),
  ];
};

/** The step size to try next. */
export const exploringStep = (layout: NutsLayout, library: NutsLibrary): Expr =>
  library.exp(averagingField(layout, "logStep").get);
