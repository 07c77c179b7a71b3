import {
  call,
  type Expr,
  type Func,
  type FunctionBody,
  f64,
  i32,
  ifElse,
  type Local,
  load,
  type ModuleBuilder,
  op,
  type Stmt,
  select,
  whileLoop,
} from "../assembler.ts";
import { accept, begin, changeEnds } from "./ends.ts";
import { increase, stateField } from "./fields.ts";
import { type NutsLayout, stretchAt } from "./layout.ts";
import type { NutsLibrary } from "./library.ts";
import { turnRound } from "./stretch.ts";
import type { Whitening } from "./whiten.ts";

/** An energy error beyond this is a divergence: the constant of the sampler in mcmc/. */
const maxEnergyError = 1000;

/** Functions that a transition calls. */
export interface TransitionParts {
  readonly leapfrog: Func;
  readonly join: Func;
  readonly library: NutsLibrary;
  readonly whitening: Whitening;
}

const whole = ["counter", "depth", "straight", "forwards", "lastForwards", "leaf", "joins", "top", "steps"] as const;
const real = ["startEnergy", "error", "acceptanceSum", "signedStep"] as const;

/** What a transition keeps in locals. */
type Going = Readonly<Record<(typeof whole)[number] | (typeof real)[number] | "diverging" | "spare", Local>>;

const goingOf = (f: FunctionBody): Going => {
  const named = (names: readonly string[], type: "i32" | "f64"): [string, Local][] =>
    names.map((name) => [name, f.local(type)]);
  return Object.fromEntries([...named([...whole, "diverging", "spare"], "i32"), ...named(real, "f64")]) as Going;
};

const advance = (local: Local, by: number): Stmt => local.set(op("i32.add", local, i32(by)));
const and = (a: Expr, b: Expr): Expr => op("i32.and", a, b);

/** Whether to grow forwards is one draw; where that changes, the waiting end takes its turn. */
const chooseEnd = (f: FunctionBody, layout: NutsLayout, going: Going, uniform: Expr): Stmt[] => {
  const { forwards, lastForwards, counter, signedStep, spare } = going;
  const [, , stepSize] = f.params;
  return [
    forwards.set(op("f64.lt", uniform, f64(0.5))),
    advance(counter, 1),
    ifElse(op("i32.ne", forwards, lastForwards), [...turnRound(layout.stretches, spare), changeEnds(f, layout)]),
    lastForwards.set(forwards),
    signedStep.set(select(forwards, stepSize, op("f64.neg", stepSize))),
  ];
};

/** One leapfrog makes the next stretch on the stack. */
const addLeaf = ({ stretchBytes }: NutsLayout, { leapfrog }: TransitionParts, going: Going): Stmt[] => {
  const { top, leaf, error, startEnergy, signedStep, acceptanceSum, diverging, straight } = going;
  const weight = load("f64", top, stretchAt.weight);
  return [
    advance(top, stretchBytes),
    advance(leaf, 1),
    error.set(call(leapfrog, signedStep, startEnergy, top)),
    acceptanceSum.set(op("f64.add", acceptanceSum, op("f64.min", weight, f64(1)))),
    straight.set(op("f64.le", error, f64(maxEnergyError))),
    diverging.set(op("i32.eqz", straight)),
  ];
};

/**
 * 2^depth leaves, on the stack above the whole trajectory. After leaf n, from 1, the two topmost stretches are joined as often as
 * 2 divides n. Ends early where a leaf diverges or two stretches turn back.
 */
const grow = (layout: NutsLayout, parts: TransitionParts, going: Going, uniform: Expr): Stmt[] => {
  const { stretches, stretchBytes } = layout;
  const { top, leaf, depth, joins, straight, steps, counter } = going;
  const joinTopmost = [
    advance(top, -stretchBytes),
    straight.set(call(parts.join, top, op("i32.add", top, i32(stretchBytes)), uniform, i32(0))),
    advance(counter, 1),
    advance(joins, -1),
  ];
  return [
    top.set(i32(stretches)),
    leaf.set(i32(0)),
    whileLoop(and(straight, op("i32.lt_u", leaf, op("i32.shl", i32(1), depth))), [
      ...addLeaf(layout, parts, going),
      joins.set(op("i32.ctz", leaf)),
      whileLoop(and(straight, op("i32.ne", joins, i32(0))), joinTopmost),
    ]),
    steps.set(op("i32.add", steps, leaf)),
  ];
};

/** Writes what the transition did beside the state. */
const report = (layout: NutsLayout, { acceptanceSum, steps, depth, diverging }: Going): Stmt[] => {
  const real = (count: Local): Expr => op("f64.convert_i32_u", count);
  return [
    stateField(layout, "acceptance").set(op("f64.div", acceptanceSum, real(steps))),
    stateField(layout, "steps").set(real(steps)),
    stateField(layout, "treeDepth").set(real(depth)),
    stateField(layout, "diverging").set(real(diverging)),
    increase(stateField(layout, "gradients"), real(steps)),
  ];
};

/**
 * `transition(k0: i32, k1: i32, stepSize: f64, maxDepth: i32)`: one transition of the no-U-turn sampler from the chain's state, which
 * it replaces: the sampler of mcmc/nuts.ts, its recursion unrolled over a stack of stretches.
 */
export const emitTransition = (module: ModuleBuilder, layout: NutsLayout, parts: TransitionParts): Func =>
  module.func(
    "transition",
    ["i32", "i32", "f64", "i32"],
    undefined,
    (f) => {
      const [k0, k1, , maxDepth] = f.params;
      const going = goingOf(f);
      const { counter, depth, straight, lastForwards, startEnergy } = going;
      const uniform = call(parts.library.uniform, k0, k1, counter);
      const { stretches, stretchBytes } = layout;
      const joinWhole = straight.set(call(parts.join, i32(stretches), i32(stretches + stretchBytes), uniform, i32(1)));
      return [
        ...begin(f, layout, parts.library, parts.whitening, [k0, k1], startEnergy),
        counter.set(i32(layout.size)),
        lastForwards.set(i32(1)),
        straight.set(i32(1)),
        whileLoop(and(straight, op("i32.lt_u", depth, maxDepth)), [
          ...chooseEnd(f, layout, going, uniform),
          ...grow(layout, parts, going, uniform),
          ifElse(straight, [joinWhole, advance(counter, 1), advance(depth, 1)]),
        ]),
        ...accept(f, layout),
        ...report(layout, going),
      ];
    },
    { exported: true },
  );
