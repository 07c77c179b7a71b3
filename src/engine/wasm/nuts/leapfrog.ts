import {
  call,
  type Expr,
  type Func,
  f64,
  f64x2,
  type Local,
  type ModuleBuilder,
  op,
  returning,
  type Stmt,
  select,
} from "../assembler.ts";
import { fieldAt } from "./fields.ts";
import type { NutsLayout } from "./layout.ts";
import type { NutsLibrary } from "./library.ts";
import { add, multiply, overRows, type Pair, rowAt, spread, total } from "./rows.ts";
import { movingRows, stretchRows, writeNumbers, writeState } from "./stretch.ts";

/** energy = ½ pᵀ v − log density; ∞ wherever it is not a finite number. */
export const setEnergy = (energy: Local, twiceKinetic: Expr, logDensity: Expr): Stmt[] => {
  const infinity = f64(Number.POSITIVE_INFINITY);
  return [
    energy.set(op("f64.sub", op("f64.mul", f64(0.5), twiceKinetic), logDensity)),
    energy.set(select(op("f64.lt", op("f64.abs", energy), infinity), energy, infinity)),
  ];
};

/** A weight beyond this counts as this: sums of thousands stay finite. */
const largestLogWeight = 650;

/**
 * exp(−error), as it is and not as its logarithm: trajectories are joined without exponentials and logarithms. What has an error above 745 weighs nothing, which is
 * what it is worth beside the first state, whose weight is 1.
 */
const weightOf = (exp: NutsLibrary["exp"], error: Expr): Expr =>
  exp(op("f64.min", op("f64.neg", error), f64(largestLogWeight)));

/**
 * `leapfrog(stepSize: f64, startEnergy: f64, stretch: i32) → f64`: moves the active end by one step of velocity Verlet, makes a
 * stretch of the state it arrives at, and returns the energy error β (H − H₀).
 */
export const emitLeapfrog = (module: ModuleBuilder, layout: NutsLayout, slopeAt: Func, { exp }: NutsLibrary): Func =>
  module.func("leapfrog", ["f64", "f64", "i32"], "f64", (f) => {
    const [stepSize, startEnergy, stretch] = f.params;
    const [momentum, variances, position, slope] = [
      layout.momentum,
      layout.metric.variances,
      layout.position,
      layout.slope,
    ].map(rowAt);
    const moving = movingRows(f, layout);
    const into = stretchRows(stretch, f.local);
    const [step, half, kinetic, moved] = [f.local("v128"), f.local("v128"), f.local("v128"), f.local("v128")];
    const [logDensity, energy, error] = [f.local("f64"), f.local("f64"), f.local("f64")];
    const kicked = (pair: Pair): Expr => add(pair.read(momentum), multiply(half, pair.read(moving.slope)));
    return [
      step.set(spread(stepSize)),
      half.set(spread(op("f64.mul", stepSize, f64(0.5)))),
      ...moving.read,
      overRows(f, layout.size, (pair) => [
        pair.write(momentum, moved.tee(kicked(pair))),
        pair.write(
          moving.position,
          add(pair.read(moving.position), multiply(step, multiply(pair.read(variances), moved))),
        ),
      ]),
      logDensity.set(call(slopeAt)),
      ...into.read,
      kinetic.set(f64x2(0)),
      overRows(f, layout.size, (pair) => [
        moved.set(kicked(pair)),
        pair.write(momentum, moved),
        ...writeState(layout, into, pair, {
          momentum: moved,
          position: pair.read(position),
          slope: pair.read(slope),
        }),
        kinetic.set(add(kinetic, multiply(moved, multiply(pair.read(variances), moved)))),
      ]),
      ...setEnergy(energy, total(kinetic), logDensity),
      error.set(op("f64.mul", op("f64.sub", energy, startEnergy), fieldAt(layout.metric.beta).get)),
      ...writeNumbers(layout, stretch, into, { logDensity, energy, weight: weightOf(exp, error) }),
      returning(error),
    ];
  });
