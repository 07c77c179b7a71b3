import type { Node } from "../../graph/node.ts";
import type { Op, Region } from "../../graph/ops.ts";
import { print } from "../../graph/print.ts";
import { reach } from "../../graph/traverse.ts";

/** Of these a ∘ b = b ∘ a. */
const commutative: ReadonlySet<Op> = new Set<Op>(["add", "mul", "equal", "notEqual", "and", "or"]);

const numbers = new WeakMap<object, number>();
let counted = 0;

/** A number of an object's own. */
const identity = (x: object): number => {
  const known = numbers.get(x) ?? counted++;
  numbers.set(x, known);
  return known;
};

/** Values up to this many are compared; longer arrays are equal where they are the same array. */
const short = 64;

const showNumber = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

const isRegion = (x: object): x is Region => "inputs" in x && "outputs" in x;

/** A region as text; one that holds a long constant, which prints as a digest, is equal to itself alone. */
const showRegion = (region: Region): string =>
  reach(region.outputs).some((node) => node.op === "constant" && node.shape.length > 0)
    ? `#${identity(region)}`
    : print(region as Parameters<typeof print>[0]);

const show = (value: unknown): string => {
  if (typeof value === "number") return showNumber(value);
  if (Array.isArray(value)) return value.map(show).join();
  if (value instanceof Float64Array)
    return value.length <= short ? Array.from(value, showNumber).join(",") : `#${identity(value)}`;
  if (typeof value === "object" && value !== null) return isRegion(value) ? showRegion(value) : `#${identity(value)}`;
  return String(value);
};

/** Equal texts are equal values. Operands are known by their ids. */
export const keyOf = ({ op, type, shape, inputs, attributes }: Node): string => {
  let key: string = op;
  if (op === "constant") key += `${type}[${shape}]`;
  if (commutative.has(op) && inputs[0].id > inputs[1].id) key += ` ${inputs[1].id} ${inputs[0].id}`;
  else for (const { id } of inputs) key += ` ${id}`;
  for (const value of Object.values(attributes)) key += `;${show(value)}`;
  return key;
};
