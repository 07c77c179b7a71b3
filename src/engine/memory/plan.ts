import { sameShape, sizeOf } from "../../core/shape.ts";
import type { Node } from "../graph/ops.ts";
import { type Access, rowMajor, squeeze } from "../schedule/access.ts";
import { isPointwise, walked } from "../schedule/elements.ts";
import { isLoop, readsOf, type Schedule, type Step } from "../schedule/schedule.ts";
import { arena } from "./arena.ts";

/** Where a buffer stands: `offset` bytes past `base`, whatever the emitter knows that by, or past 0. */
export interface Place<Base> {
  readonly offset: number;
  readonly base?: Base;
}

/** Where a result is wanted. */
export interface Wanted<Base> {
  readonly node: Node;
  readonly place: Place<Base>;
  /** The placeholder that lives there until then: state that the result replaces. */
  readonly replaces?: Node;
}

export interface MemoryPlan<Base> {
  /** Where every buffer stands, given where the arena starts. */
  places(start: number): ReadonlyMap<Node, Place<Base>>;
  /** Bytes of the arena. */
  readonly bytes: number;
  /** The results that are made where they are wanted; the others must be copied there. */
  readonly inPlace: ReadonlySet<Wanted<Base>>;
}

/** What every step reads from memory. */
type Reads = readonly (readonly Access[])[];

interface Life {
  readonly root: Node;
  first: number;
  last: number;
}

const grow = (lives: Map<Node, Life>, root: Node, step: number): void => {
  const life = lives.get(root);
  if (!life) lives.set(root, { root, first: step, last: step });
  else {
    life.first = Math.min(life.first, step);
    life.last = Math.max(life.last, step);
  }
};

/** From the step that first writes a buffer to the one that last reads it. */
const livesOf = (schedule: Schedule, outputs: readonly Node[], reads: Reads): Map<Node, Life> => {
  const { steps, accesses, stored } = schedule;
  const lives = new Map<Node, Life>();
  steps.forEach((step, i) => {
    for (const node of step.kind === "loop" ? step.nodes : [step.node])
      if (stored.has(node) || !isLoop(node)) grow(lives, (accesses.get(node) as Access).root, i);
    for (const { root } of reads[i]) {
      if (root.op === "part") grow(lives, root, schedule.stepOf.get(root.inputs[0]) as number);
      grow(lives, root, i);
    }
  });
  for (const output of outputs) {
    const { root } = accesses.get(output) as Access;
    if (root.op === "part") grow(lives, root, schedule.stepOf.get(root.inputs[0]) as number);
    grow(lives, root, steps.length);
  }
  return lives;
};

/** Whether element i of the loop is element i of the buffer. */
const isIdentity = ({ root, shape, strides, offset }: Access, over: readonly number[]): boolean =>
  offset === 0 &&
  sizeOf(root.shape) === sizeOf(over) &&
  sameShape(squeeze(shape), over) &&
  rowMajor(shape).every((stride, axis) => shape[axis] === 1 || stride === strides[axis]);

/** Whether a step reads a buffer only at the element that it is about to write. */
const readsInStep = (step: Step, reads: readonly Access[], root: Node): boolean =>
  step.kind === "loop" && reads.every((access) => access.root !== root || isIdentity(access, step.shape));

/** Whether the state that a result replaces is not needed any more when the result is written. */
const isFree = (schedule: Schedule, reads: Reads, life: Life | undefined, replaces: Node, node: Node): boolean => {
  const step = schedule.stepOf.get(node) as number;
  if (!life || life.last < step) return true;
  return life.last === step && isPointwise(node) && readsInStep(schedule.steps[step], reads[step], replaces);
};

const canBeMadeThere = (schedule: Schedule, { node }: Wanted<unknown>): boolean => {
  const { root, offset, strides, shape } = schedule.accesses.get(node) as Access;
  const own =
    root === node || (sizeOf(root.shape) === sizeOf(shape) && offset === 0 && sameShape(rowMajor(shape), strides));
  return own && schedule.stepOf.has(root);
};

/**
 * Gives every buffer a place: results where they are wanted, if that can be, and the rest in an arena in which buffers that do not
 * live at the same time overlap. A value may take the place of an operand that dies in the loop that makes it.
 * @param placed buffers that have a place already: arguments, state, constants.
 */
export const planMemory = <Base>(
  schedule: Schedule,
  outputs: readonly Node[],
  placed: ReadonlyMap<Node, Place<Base>>,
  wanted: readonly Wanted<Base>[],
  bytesOf: (node: Node) => number,
): MemoryPlan<Base> => {
  const reads = schedule.steps.map((step) => readsOf(schedule, step));
  const lives = livesOf(schedule, outputs, reads);
  const places = new Map(placed);
  const inPlace = new Set<Wanted<Base>>();
  for (const want of wanted) {
    const { root } = schedule.accesses.get(want.node) as Access;
    if (places.has(root) || !canBeMadeThere(schedule, want)) continue;
    if (want.replaces && !isFree(schedule, reads, lives.get(want.replaces), want.replaces, root)) continue;
    places.set(root, want.place);
    inPlace.add(want);
  }
  const space = arena();
  const inArena = new Map<Node, number>();
  const relative = new Map<Node, number>();
  const births = byStep([...lives.values()], ({ first }) => first);
  const deaths = byStep([...lives.values()], ({ last }) => last);
  schedule.steps.forEach((step, i) => {
    for (const { root } of births.get(i) ?? []) {
      if (places.has(root)) continue;
      const bytes = bytesOf(root);
      const heir = isPointwise(root) && step.kind === "loop" && sameShape(walked(root), step.shape);
      const from = heir && heirloom(step, reads[i], deaths.get(i) ?? [], inArena, (node) => bytesOf(node) === bytes);
      const offset = from ? (inArena.get(from) as number) : space.take(bytes);
      if (from) inArena.delete(from);
      inArena.set(root, offset);
      relative.set(root, offset);
      places.set(root, { offset });
    }
    for (const { root } of deaths.get(i) ?? []) {
      const offset = inArena.get(root);
      if (offset === undefined) continue;
      space.give(offset, bytesOf(root));
      inArena.delete(root);
    }
  });
  return {
    places: (start) => {
      for (const [root, offset] of relative) places.set(root, { offset: start + offset });
      return places;
    },
    bytes: space.bytes(),
    inPlace,
  };
};

const byStep = (lives: readonly Life[], at: (life: Life) => number): Map<number, Life[]> => {
  const map = new Map<number, Life[]>();
  for (const life of lives) {
    const list = map.get(at(life));
    if (list) list.push(life);
    else map.set(at(life), [life]);
  }
  return map;
};

/** A buffer that dies in this step and may be written over, element by element. */
const heirloom = (
  step: Step,
  reads: readonly Access[],
  dying: readonly Life[],
  inArena: ReadonlyMap<Node, number>,
  fits: (node: Node) => boolean,
): Node | undefined =>
  dying.find(
    ({ root, first, last }) =>
      first < last && inArena.has(root) && root.type !== "int" && fits(root) && readsInStep(step, reads, root),
  )?.root;
