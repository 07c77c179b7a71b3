/** Code for scan and loop: the steps of a body, inside a loop. */
import { sizeOf } from "../../core/shape.ts";
import type { Node, Region } from "../graph/ops.ts";
import { reach } from "../graph/traverse.ts";
import { planMemory } from "../memory/plan.ts";
import type { Access } from "../schedule/access.ts";
import { type Schedule, schedule } from "../schedule/schedule.ts";
import { doLoop, i32, ifElse, type Local, op, type Stmt } from "./assembler.ts";
import { type Context, type View, widthOf } from "./context.ts";
import { copy } from "./kernels/copy.ts";
import type { Emission } from "./loops/emission.ts";
import { readScalar } from "./loops/streams.ts";
import type { Place, Wanted } from "./places.ts";
import { bufferView, isRowMajor, viewOf } from "./views.ts";

type EmitSteps = (emission: Emission) => Stmt[];

export const bytesOf =
  ({ precision }: Pick<Context, "precision">) =>
  ({ type, shape }: Pick<Node, "type" | "shape">): number =>
    sizeOf(shape) * widthOf(type, precision);

/** Where outputs of a body go that are not made there: read from one view, written to another. */
interface Move {
  readonly to: View;
  readonly from: View;
  /** What is read lies in a buffer that the moves themselves, or results made in place, write. */
  readonly clashes: boolean;
}

/** Copies results to where they are wanted; what would be overwritten on the way is set aside first. */
export const moves = (emission: Emission, list: readonly Move[]): Stmt[] => {
  const { context, stack } = emission;
  const aside = list.map((move) => {
    if (!move.clashes) return { ...move, first: [] as Stmt[] };
    const held = bufferView(move.to, { offset: stack.take(bytesOf(context)(move.to)) });
    return { ...move, from: held, first: copy(context, held, move.from) };
  });
  return [...aside.flatMap(({ first }) => first), ...aside.flatMap(({ to, from }) => copy(context, to, from))];
};

/** The constants of a region, which the whole program keeps: what reads one may not be given other memory for it. */
const constantsIn = ({ accesses }: Schedule, { place }: Emission): [Node, Place][] =>
  [...accesses.keys()].filter(({ op }) => op === "constant").map((node) => [node, place(node)]);

/**
 * The steps of a region.
 * @param placed where its inputs stand. @param wanted where its outputs are wanted, in their order; undefined to leave them where
 * they are made.
 */
const emitBody = (
  outer: Emission,
  { inputs, outputs }: Region,
  placed: readonly Place[],
  wanted: readonly (Wanted | undefined)[],
  emitSteps: EmitSteps,
): { readonly stmts: Stmt[]; readonly results: readonly View[] } => {
  const { context, stack } = outer;
  const own = schedule(reach(outputs), outputs);
  const asked = wanted.filter((want): want is Wanted => want !== undefined);
  const plan = planMemory(
    own,
    outputs,
    new Map([...inputs.map((input, i): [Node, Place] => [input, placed[i]]), ...constantsIn(own, outer)]),
    asked,
    bytesOf(context),
  );
  const places = plan.places(stack.take(plan.bytes));
  const emission: Emission = {
    ...outer,
    schedule: own,
    place: (root) => places.get(root) ?? outer.place(root),
    scalars: new Map(),
  };
  const stmts = emitSteps(emission);
  const results = outputs.map((output) => {
    const access = own.accesses.get(output) as Access;
    return viewOf(context, access, emission.place(access.root));
  });
  const left = outputs.flatMap((output, i): Move[] => {
    const want = wanted[i];
    if (!want || plan.inPlace.has(want)) return [];
    const { root } = own.accesses.get(output) as Access;
    if (want.replaces && root === want.replaces && isRowMajor(results[i])) return [];
    return [{ to: bufferView(output, want.place), from: results[i], clashes: root.op === "input" }];
  });
  return { stmts: [...stmts, ...moves(emission, left)], results };
};

/** The buffer of a part, or scratch memory for a part that nothing reads. */
const partPlace = (
  emission: Emission,
  parts: ReadonlyMap<number, Node>,
  index: number,
  like: Node,
  bytes: number,
): Place => {
  const part = parts.get(index);
  return part ? emission.place(part) : { offset: emission.stack.take(bytes || bytesOf(emission.context)(like)) };
};

/** An operand as a place where its elements lie row by row; copied together where they do not. */
const rowMajorPlace = (emission: Emission, view: View): { readonly place: Place; readonly stmts: readonly Stmt[] } => {
  if (isRowMajor(view)) return { place: { offset: view.offset, base: view.base }, stmts: [] };
  const place = { offset: emission.stack.take(bytesOf(emission.context)(view)) };
  return { place, stmts: copy(emission.context, bufferView(view, place), view) };
};

const partsOf = (emission: Emission, node: Node): ReadonlyMap<number, Node> => {
  const parts = new Map<number, Node>();
  for (const each of emission.schedule.accesses.keys())
    if (each.op === "part" && each.inputs[0] === node) parts.set((each as Node<"part">).attributes.index, each);
  return parts;
};

const readView = ({ context, schedule: own, place }: Emission, operand: Node): View => {
  const access = own.accesses.get(operand) as Access;
  return viewOf(context, access, place(access.root));
};

/** A pointer to element t of a sequence that starts at a place. */
const elementPointer = (context: Context, { base }: Place, turn: Local, bytes: number): { local: Local; set: Stmt } => {
  const local = context.body.local("i32");
  const moved = op("i32.mul", turn, i32(bytes));
  return { local, set: local.set(base ? op("i32.add", base, moved) : moved) };
};

const emitScan = (emission: Emission, node: Node<"scan">, emitSteps: EmitSteps): Stmt[] => {
  const { context } = emission;
  const { body, carries, slices, length, backwards } = node.attributes;
  const size = bytesOf(context);
  const parts = partsOf(emission, node);
  const turn = context.body.local("i32");
  const before: Stmt[] = [];
  const turnStart: Stmt[] = [];
  const placed: Place[] = body.inputs.map((input, i) => {
    const view = readView(emission, node.inputs[i]);
    if (i < carries) {
      const place = partPlace(emission, parts, i, input, size(input));
      before.push(...copy(context, bufferView(input, place), view));
      return place;
    }
    const { place, stmts } = rowMajorPlace(emission, view);
    before.push(...stmts);
    if (i >= carries + slices) return place;
    const { local, set } = elementPointer(context, place, turn, size(input));
    turnStart.push(set);
    return { offset: place.offset, base: local };
  });
  const wanted = body.outputs.map((output, i): Wanted => {
    if (i < carries) return { node: output, place: placed[i], replaces: body.inputs[i] };
    const place = partPlace(emission, parts, i, output, length * size(output));
    const { local, set } = elementPointer(context, place, turn, size(output));
    turnStart.push(set);
    return { node: output, place: { offset: place.offset, base: local } };
  });
  if (length === 0) return before;
  const { stmts } = emitBody(emission, body, placed, wanted, emitSteps);
  const step = i32(backwards ? -1 : 1);
  return [
    ...before,
    turn.set(i32(backwards ? length - 1 : 0)),
    doLoop(
      [...turnStart, ...stmts, turn.set(op("i32.add", turn, step))],
      backwards ? op("i32.ge_s", turn, i32(0)) : op("i32.lt_s", turn, i32(length)),
    ),
  ];
};

const emitWhile = (emission: Emission, node: Node<"loop">, emitSteps: EmitSteps): Stmt[] => {
  const { context } = emission;
  const { condition, body, states, most } = node.attributes;
  const parts = partsOf(emission, node);
  const before: Stmt[] = [];
  const placed = body.inputs.map((input, i): Place => {
    const view = readView(emission, node.inputs[i]);
    if (i >= states) {
      const { place, stmts } = rowMajorPlace(emission, view);
      before.push(...stmts);
      return place;
    }
    const place = partPlace(emission, parts, i, input, 0);
    before.push(...copy(context, bufferView(input, place), view));
    return place;
  });
  const test = emitBody(emission, condition, placed, [undefined], emitSteps);
  const wanted = body.outputs.map(
    (output, i): Wanted => ({ node: output, place: placed[i], replaces: body.inputs[i] }),
  );
  const turn = emitBody(emission, body, placed, wanted, emitSteps);
  const [count, going] = [context.body.local("i32"), context.body.local("i32")];
  const [holds] = test.results;
  const row = { stream: { ...holds, strides: [] }, pointer: holds.base };
  return [
    ...before,
    count.set(i32(0)),
    doLoop(
      [
        ...test.stmts,
        going.set(op("i32.and", readScalar(context, row, { index: 0 }), op("i32.lt_s", count, i32(most)))),
        ifElse(going, [...turn.stmts, count.set(op("i32.add", count, i32(1)))]),
      ],
      going,
    ),
  ];
};

/** Writes a scan or a loop. */
export const emitRegion = (emission: Emission, node: Node<"scan" | "loop">, emitSteps: EmitSteps): Stmt[] =>
  node.op === "scan"
    ? emitScan(emission, node as Node<"scan">, emitSteps)
    : emitWhile(emission, node as Node<"loop">, emitSteps);
