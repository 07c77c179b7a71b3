import {
  call,
  type Expr,
  type Func,
  f64,
  f64x2,
  type Local,
  load,
  type ModuleBuilder,
  op,
  returning,
  type Stmt,
  select,
  store,
} from "../assembler.ts";
import { type NutsLayout, stretchAt } from "./layout.ts";
import { add, multiply, overRows, type Pair, type Row, rowAt, rowFrom, spread, total } from "./rows.ts";

/** The rows of a stretch of trajectory at address `stretch`, its pointers read once. */
export interface StretchRows {
  readonly first: Local;
  readonly last: Local;
  readonly proposal: Local;
  readonly read: readonly Stmt[];
  readonly sum: Row;
}

/** Locals for the pointers of a stretch, and how to fill them. */
export const stretchRows = (stretch: Expr, local: (type: "i32") => Local): StretchRows => {
  const [first, last, proposal] = [local("i32"), local("i32"), local("i32")];
  return {
    first,
    last,
    proposal,
    read: [
      first.set(load("i32", stretch, stretchAt.first)),
      last.set(load("i32", stretch, stretchAt.last)),
      proposal.set(load("i32", stretch, stretchAt.proposal)),
    ],
    sum: rowFrom(stretch, stretchAt.sum),
  };
};

/** Writes a single state as a stretch: its momentum thrice, its position and slope once. */
export const writeState = (
  { rowBytes }: NutsLayout,
  { first, last, proposal, sum }: StretchRows,
  pair: Pair,
  { momentum, position, slope }: Readonly<Record<"momentum" | "position" | "slope", Expr>>,
): Stmt[] => [
  pair.write(rowFrom(first), momentum),
  pair.write(rowFrom(last), momentum),
  pair.write(sum, momentum),
  pair.write(rowFrom(proposal), position),
  pair.write(rowFrom(proposal, rowBytes), slope),
];

/** Writes what goes with it: log density, energy, log weight. */
export const writeNumbers = (
  { rowBytes }: NutsLayout,
  stretch: Expr,
  { proposal }: StretchRows,
  { logDensity, energy, logWeight }: Readonly<Record<"logDensity" | "energy" | "logWeight", Expr>>,
): Stmt[] => [
  store("f64", proposal, logDensity, 2 * rowBytes),
  store("f64", proposal, energy, 2 * rowBytes + 8),
  store("f64", stretch, logWeight, stretchAt.logWeight),
];

/** energy = ½ pᵀ v − log density; ∞ wherever it is not a finite number. */
export const setEnergy = (energy: Local, twiceKinetic: Expr, logDensity: Expr): Stmt[] => {
  const infinity = f64(Number.POSITIVE_INFINITY);
  return [
    energy.set(op("f64.sub", op("f64.mul", f64(0.5), twiceKinetic), logDensity)),
    energy.set(select(op("f64.lt", op("f64.abs", energy), infinity), energy, infinity)),
  ];
};

/**
 * `leapfrog(stepSize: f64, startEnergy: f64, stretch: i32) → f64`: moves the active end by one step of velocity Verlet, makes a
 * stretch of the state it arrives at, and returns the energy error H − H₀.
 */
export const emitLeapfrog = (module: ModuleBuilder, layout: NutsLayout, gradient: Func): Func =>
  module.func("leapfrog", ["f64", "f64", "i32"], "f64", (f) => {
    const [stepSize, startEnergy, stretch] = f.params;
    const [position, slope, momentum, variances] = [
      layout.position,
      layout.slope,
      layout.momentum,
      layout.metric.variances,
    ].map(rowAt);
    const into = stretchRows(stretch, f.local);
    const [step, half, kinetic, moved] = [f.local("v128"), f.local("v128"), f.local("v128"), f.local("v128")];
    const [logDensity, energy, error] = [f.local("f64"), f.local("f64"), f.local("f64")];
    const kicked = (pair: Pair): Expr => add(pair.read(momentum), multiply(half, pair.read(slope)));
    return [
      step.set(spread(stepSize)),
      half.set(spread(op("f64.mul", stepSize, f64(0.5)))),
      overRows(f, layout.size, (pair) => [
        pair.write(momentum, moved.tee(kicked(pair))),
        pair.write(position, add(pair.read(position), multiply(step, multiply(pair.read(variances), moved)))),
      ]),
      logDensity.set(call(gradient)),
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
      error.set(op("f64.sub", energy, startEnergy)),
      ...writeNumbers(layout, stretch, into, { logDensity, energy, logWeight: op("f64.neg", error) }),
      returning(error),
    ];
  });
