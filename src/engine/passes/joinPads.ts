import { add, concat, full, pad } from "../graph/build.ts";
import { is, type Node } from "../graph/node.ts";
import { reachSince, rebuild } from "./walk.ts";

/** A tensor with zeros around it along one axis. */
interface Piece {
  readonly node: Node<"pad">;
  readonly axis: number;
  readonly begin: number;
  readonly end: number;
}

const pieceOf = (node: Node): Piece | undefined => {
  if (!is(node, "pad") || node.attributes.value !== 0) return undefined;
  const { before, after } = node.attributes;
  const padded = before.flatMap((n, axis) => (n > 0 || after[axis] > 0 ? [axis] : []));
  if (padded.length !== 1 || [...before, ...after].some((n) => n < 0)) return undefined;
  const [axis] = padded;
  return { node, axis, begin: before[axis], end: before[axis] + node.inputs[0].shape[axis] };
};

/** Pieces along one axis in as few rows as may be, those of a row apart from each other. */
const rowsOf = (pieces: readonly Piece[]): Piece[][] => {
  const rows: Piece[][] = [];
  for (const piece of [...pieces].sort((a, b) => a.begin - b.begin)) {
    const row = rows.find((one) => one[one.length - 1].end <= piece.begin);
    if (row) row.push(piece);
    else rows.push([piece]);
  }
  return rows;
};

/** A row as one concatenation, zeros where a gap is left. */
const joined = (row: readonly Piece[], now: (earlier: Node) => Node): Node => {
  const [{ node, axis, begin }] = row;
  const { end } = row[row.length - 1];
  const along = (length: number): number[] => node.shape.map((n, i) => (i === axis ? length : n));
  const parts = row.flatMap((piece, i) => {
    const gap = i === 0 ? 0 : piece.begin - row[i - 1].end;
    const own = now(piece.node.inputs[0]);
    return gap > 0 ? [full(0, along(gap), node.type), own] : [own];
  });
  const around = (length: number): number[] => node.shape.map((_, i) => (i === axis ? length : 0));
  return pad(concat(parts, axis), around(begin), around(node.shape[axis] - end));
};

/** How often each node is an operand or output. */
const usesOf = (nodes: readonly Node[], outputs: readonly Node[]): Map<Node, number> => {
  const uses = new Map<Node, number>();
  for (const node of [...outputs, ...nodes.flatMap(({ inputs }) => inputs)]) uses.set(node, (uses.get(node) ?? 0) + 1);
  return uses;
};

/** What a sum of sums adds up: operands of `add` that no one else uses are looked through. */
const termsOf = (sum: Node, inner: ReadonlySet<Node>): Node[] => {
  const terms: Node[] = [];
  const open = [...sum.inputs].reverse();
  for (let node = open.pop(); node; node = open.pop())
    if (inner.has(node)) open.push(...[...node.inputs].reverse());
    else terms.push(node);
  return terms;
};

const total = (terms: readonly Node[]): Node => {
  if (terms.length === 1) return terms[0];
  const half = terms.length >> 1;
  return add(total(terms.slice(0, half)), total(terms.slice(half)));
};

/** The sum again with its pieces joined; undefined where none can be. */
const resummed = (terms: readonly Node[], now: (earlier: Node) => Node): Node | undefined => {
  const pieces = terms.flatMap((term) => pieceOf(term) ?? []);
  const axes = new Set(pieces.map(({ axis }) => axis));
  const rows = [...axes].flatMap((axis) => rowsOf(pieces.filter((piece) => piece.axis === axis)));
  const long = rows.filter(({ length }) => length > 1);
  if (long.length === 0) return undefined;
  const gone = new Set<Node>(long.flatMap((row) => row.map(({ node }) => node)));
  return total([...terms.filter((term) => !gone.has(term)).map(now), ...long.map((row) => joined(row, now))]);
};

/**
 * Sums of tensors padded with zeros that do not overlap become concatenations: the gradient of a vector cut into slices. Nodes older
 * than `first` stay as they are.
 */
export const joinPads = (outputs: readonly Node[], first: number): Node[] => {
  const nodes = reachSince(outputs, first);
  const uses = usesOf(nodes, outputs);
  const inner = new Set<Node>();
  for (const node of nodes)
    if (node.op === "add")
      for (const input of node.inputs) if (input.op === "add" && uses.get(input) === 1) inner.add(input);
  return rebuild(outputs, first, (node, now) =>
    node.op === "add" && !inner.has(node) ? resummed(termsOf(node, inner), now) : undefined,
  );
};
