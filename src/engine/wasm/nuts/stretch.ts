import { type Expr, type FunctionBody, i32, type Local, load, type Stmt, store } from "../assembler.ts";
import { type NutsLayout, stretchAt } from "./layout.ts";
import { type Pair, type Row, rowFrom } from "./rows.ts";

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

/** The position and slope of the moving end, their pointers read once. */
export interface MovingRows {
  readonly read: readonly Stmt[];
  readonly position: Row;
  readonly slope: Row;
}

export const movingRows = ({ local }: Pick<FunctionBody, "local">, { moving }: NutsLayout): MovingRows => {
  const [position, slope] = [local("i32"), local("i32")];
  return {
    read: [position.set(load("i32", i32(0), moving.position)), slope.set(load("i32", i32(0), moving.slope))],
    position: rowFrom(position),
    slope: rowFrom(slope),
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

/** Writes what goes with it: log density, energy, weight. */
export const writeNumbers = (
  { rowBytes }: NutsLayout,
  stretch: Expr,
  { proposal }: StretchRows,
  { logDensity, energy, weight }: Readonly<Record<"logDensity" | "energy" | "weight", Expr>>,
): Stmt[] => [
  store("f64", proposal, logDensity, 2 * rowBytes),
  store("f64", proposal, energy, 2 * rowBytes + 8),
  store("f64", stretch, weight, stretchAt.weight),
];

/** Sees the stretch at a fixed address from its other end. */
export const turnRound = (stretch: number, spare: Local): Stmt[] => [
  spare.set(load("i32", i32(0), stretch + stretchAt.first)),
  store("i32", i32(0), load("i32", i32(0), stretch + stretchAt.last), stretch + stretchAt.first),
  store("i32", i32(0), spare, stretch + stretchAt.last),
];
