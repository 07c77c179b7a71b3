import { type FunctionBody, f64, f64x2, i32, type Local, load, run, type Stmt, seq } from "../assembler.ts";
import { stateField } from "./fields.ts";
import type { NutsLayout } from "./layout.ts";
import { setEnergy } from "./leapfrog.ts";
import type { NutsLibrary } from "./library.ts";
import { add, multiply, overRows, rowAt, rowFrom, total } from "./rows.ts";
import { movingRows, stretchRows, writeNumbers, writeState } from "./stretch.ts";
import type { Whitening } from "./whiten.ts";

/** Puts both ends and the trajectory at the chain's state, with a fresh momentum; `energy` becomes H₀. */
export const begin = (
  f: FunctionBody,
  layout: NutsLayout,
  library: NutsLibrary,
  whitening: Whitening,
  [k0, k1]: readonly Local[],
  energy: Local,
): Stmt[] => {
  const { size, waiting, metric, state } = layout;
  const whole = stretchRows(i32(layout.stretches), f.local);
  const moving = movingRows(f, layout);
  const [momentum, position, slope, kinetic] = Array.from({ length: 4 }, () => f.local("v128"));
  const logDensity = stateField(layout, "logDensity").get;
  return [
    run(library.fillNormals, k0, k1, i32(size), i32(layout.momentum)),
    ...whole.read,
    ...moving.read,
    kinetic.set(f64x2(0)),
    overRows(f, size, (pair) => [
      momentum.set(multiply(pair.read(rowAt(metric.scales)), pair.read(rowAt(layout.momentum)))),
      position.set(pair.read(rowAt(state.position))),
      slope.set(pair.read(rowAt(state.slope))),
      pair.write(rowAt(layout.momentum), momentum),
      pair.write(moving.position, position),
      pair.write(moving.slope, slope),
      pair.write(rowAt(waiting.momentum), momentum),
      pair.write(rowAt(waiting.position), position),
      pair.write(rowAt(waiting.slope), slope),
      ...writeState(layout, whole, pair, { momentum, position, slope }),
      kinetic.set(add(kinetic, multiply(momentum, multiply(pair.read(rowAt(metric.variances)), momentum)))),
    ]),
    ...whitening.begin,
    ...setEnergy(energy, total(kinetic), logDensity),
    ...writeNumbers(layout, i32(layout.stretches), whole, { logDensity, energy, weight: f64(1) }),
  ];
};

/** Lets the waiting end move and the moving end wait. */
export const changeEnds = (f: FunctionBody, layout: NutsLayout): Stmt => {
  const { waiting, momentum } = layout;
  const held = f.local("v128");
  const moving = movingRows(f, layout);
  const rows = [
    [moving.position, rowAt(waiting.position)],
    [moving.slope, rowAt(waiting.slope)],
    [rowAt(momentum), rowAt(waiting.momentum)],
  ] as const;
  const swapped = overRows(f, layout.size, (pair) =>
    rows.flatMap(([one, other]) => [
      held.set(pair.read(one)),
      pair.write(one, pair.read(other)),
      pair.write(other, held),
    ]),
  );
  return seq([...moving.read, swapped]);
};

/** Takes the proposal of the whole trajectory as the chain's state. */
export const accept = (f: FunctionBody, layout: NutsLayout): Stmt[] => {
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
