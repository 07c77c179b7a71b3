import {
  call,
  type Expr,
  type Func,
  type FunctionBody,
  f64,
  f64x2,
  i32,
  ifElse,
  type Local,
  load,
  type ModuleBuilder,
  op,
  run,
  type Stmt,
  select,
  whileLoop,
} from "../assembler.ts";
import { increase, stateField } from "./fields.ts";
import { turnRound } from "./join.ts";
import type { NutsLayout } from "./layout.ts";
import { setEnergy, stretchRows, writeNumbers, writeState } from "./leapfrog.ts";
import type { NutsLibrary } from "./library.ts";
import { add, multiply, overRows, rowAt, rowFrom, total } from "./rows.ts";

/** An energy error beyond this is a divergence: the constant of the sampler in mcmc/. */
const maxEnergyError = 1000;

/** Functions that a transition calls. */
export interface TransitionParts {
  readonly leapfrog: Func;
  readonly join: Func;
  readonly library: NutsLibrary;
}

/** Puts both ends and the trajectory at the chain's state, with a fresh momentum; `energy` becomes H₀. */
const begin = (
  f: FunctionBody,
  layout: NutsLayout,
  { library }: TransitionParts,
  [k0, k1]: readonly Local[],
  energy: Local,
): Stmt[] => {
  const { size, waiting, metric, state } = layout;
  const whole = stretchRows(i32(layout.stretches), f.local);
  const [momentum, position, slope, kinetic] = Array.from({ length: 4 }, () => f.local("v128"));
  const logDensity = stateField(layout, "logDensity").get;
  return [
    run(library.fillNormals, k0, k1, i32(size), i32(layout.momentum)),
    ...whole.read,
    kinetic.set(f64x2(0)),
    overRows(f, size, (pair) => [
      momentum.set(multiply(pair.read(rowAt(metric.scales)), pair.read(rowAt(layout.momentum)))),
      position.set(pair.read(rowAt(state.position))),
      slope.set(pair.read(rowAt(state.slope))),
      pair.write(rowAt(layout.momentum), momentum),
      pair.write(rowAt(layout.position), position),
      pair.write(rowAt(layout.slope), slope),
      pair.write(rowAt(waiting.momentum), momentum),
      pair.write(rowAt(waiting.position), position),
      pair.write(rowAt(waiting.slope), slope),
      ...writeState(layout, whole, pair, { momentum, position, slope }),
      kinetic.set(add(kinetic, multiply(momentum, multiply(pair.read(rowAt(metric.variances)), momentum)))),
    ]),
    ...setEnergy(energy, total(kinetic), logDensity),
    ...writeNumbers(layout, i32(layout.stretches), whole, { logDensity, energy, logWeight: f64(0) }),
  ];
};

/** Lets the waiting end move and the moving end wait. */
const changeEnds = (f: FunctionBody, layout: NutsLayout): Stmt => {
  const held = f.local("v128");
  const rows = (["position", "slope", "momentum"] as const).map(
    (name) => [rowAt(layout[name]), rowAt(layout.waiting[name])] as const,
  );
  return overRows(f, layout.size, (pair) =>
    rows.flatMap(([moving, waiting]) => [
      held.set(pair.read(moving)),
      pair.write(moving, pair.read(waiting)),
      pair.write(waiting, held),
    ]),
  );
};

/** Takes the proposal of the whole trajectory as the chain's state. */
const accept = (f: FunctionBody, layout: NutsLayout): Stmt[] => {
  const { size, stretches, rowBytes, state } = layout;
  const { proposal, read } = stretchRows(i32(stretches), f.local);
  return [
    ...read,
    overRows(f, size, (pair) => [
      pair.write(rowAt(state.position), pair.read(rowFrom(proposal))),
      pair.write(rowAt(state.slope), pair.read(rowFrom(proposal, rowBytes))),
    ]),
    stateField(layout, "logDensity").set(load("f64", proposal, 2 * rowBytes)),
    stateField(layout, "energy").set(load("f64", proposal, 2 * rowBytes + 8)),
  ];
};

const advance = (local: Local, by: Expr): Stmt => local.set(op("i32.add", local, by));

/**
 * `transition(k0: i32, k1: i32, stepSize: f64, maxDepth: i32)`: one transition of the no-U-turn sampler from the chain's state, which
 * it replaces: the sampler of mcmc/nuts.ts, its recursion unrolled over a stack of stretches. After leaf n of a doubling (from 1),
 * the two topmost stretches are joined as often as 2 divides n.
 */
export const emitTransition = (module: ModuleBuilder, layout: NutsLayout, parts: TransitionParts): Func =>
  module.func(
    "transition",
    ["i32", "i32", "f64", "i32"],
    undefined,
    (f) => {
      const [k0, k1, stepSize, maxDepth] = f.params;
      const { leapfrog, join, library } = parts;
      const [counter, depth, forwards, lastForwards, leaf, joins, top, straight, spare, steps] = Array.from(
        { length: 10 },
        () => f.local("i32"),
      );
      const [energy, error, acceptanceSum, signedStep] = Array.from({ length: 4 }, () => f.local("f64"));
      const diverging = f.local("i32");
      const { stretches, stretchBytes } = layout;
      const uniform = call(library.uniform, k0, k1, counter);
      const drawn = advance(counter, i32(1));

      const joinTopmost = [
        advance(top, i32(-stretchBytes)),
        straight.set(call(join, top, op("i32.add", top, i32(stretchBytes)), uniform, i32(0))),
        drawn,
        advance(joins, i32(-1)),
      ];
      const grow = [
        top.set(i32(stretches)),
        leaf.set(i32(0)),
        straight.set(i32(1)),
        whileLoop(op("i32.and", straight, op("i32.lt_u", leaf, op("i32.shl", i32(1), depth))), [
          advance(top, i32(stretchBytes)),
          advance(leaf, i32(1)),
          error.set(call(leapfrog, signedStep, energy, top)),
          acceptanceSum.set(
            op(
              "f64.add",
              acceptanceSum,
              library.exp(op("f64.neg", select(op("f64.gt", error, f64(0)), error, f64(0)))),
            ),
          ),
          diverging.set(op("i32.eqz", op("f64.le", error, f64(maxEnergyError)))),
          straight.set(op("i32.eqz", diverging)),
          joins.set(op("i32.ctz", leaf)),
          whileLoop(op("i32.and", straight, op("i32.ne", joins, i32(0))), joinTopmost),
        ]),
        steps.set(op("i32.add", steps, leaf)),
      ];
      const chooseEnd = [
        forwards.set(op("f64.lt", uniform, f64(0.5))),
        drawn,
        ifElse(op("i32.ne", forwards, lastForwards), [...turnRound(stretches, spare), changeEnds(f, layout)]),
        lastForwards.set(forwards),
        signedStep.set(select(forwards, stepSize, op("f64.neg", stepSize))),
      ];
      return [
        ...begin(f, layout, parts, [k0, k1], energy),
        counter.set(i32(layout.size)),
        lastForwards.set(i32(1)),
        straight.set(i32(1)),
        whileLoop(op("i32.and", straight, op("i32.lt_u", depth, maxDepth)), [
          ...chooseEnd,
          ...grow,
          ifElse(straight, [
            straight.set(call(join, i32(stretches), i32(stretches + stretchBytes), uniform, i32(1))),
            drawn,
            advance(depth, i32(1)),
          ]),
        ]),
        ...accept(f, layout),
        stateField(layout, "acceptance").set(op("f64.div", acceptanceSum, op("f64.convert_i32_u", steps))),
        stateField(layout, "steps").set(op("f64.convert_i32_u", steps)),
        stateField(layout, "treeDepth").set(op("f64.convert_i32_u", depth)),
        stateField(layout, "diverging").set(op("f64.convert_i32_u", diverging)),
        increase(stateField(layout, "gradients"), op("f64.convert_i32_u", steps)),
      ];
    },
    { exported: true },
  );
