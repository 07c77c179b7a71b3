import { is, type Node } from "../graph/node.ts";
import { scan } from "../graph/region.ts";
import { reachSince, rebuild } from "./walk.ts";

type Scan = Node<"scan">;

const idsOf = (nodes: readonly Node[]): string => nodes.map(({ id }) => id).join();

/** Equal for scans that go through the same states. */
const keyOf = ({ inputs, attributes: { body, carries, length, backwards } }: Scan): string =>
  [idsOf(inputs), idsOf(body.inputs), idsOf(body.outputs.slice(0, carries)), length, backwards].join(" ");

const grouped = (nodes: readonly Node[]): Map<Scan, readonly Scan[]> => {
  const groups = new Map<string, Scan[]>();
  for (const node of nodes)
    if (is(node, "scan")) {
      const key = keyOf(node);
      groups.set(key, [...(groups.get(key) ?? []), node]);
    }
  const many = [...groups.values()].filter(({ length }) => length > 1);
  return new Map(many.flatMap((group) => group.map((node) => [node, group] as const)));
};

interface Joined {
  readonly parts: readonly Node[];
  /** Where in the parts a sequence is, by what the body gives for it. */
  readonly places: ReadonlyMap<Node, number>;
}

const join = (group: readonly Scan[], now: (earlier: Node) => Node): Joined => {
  const [{ inputs, attributes }] = group;
  const { body, carries } = attributes;
  const sequences = [...new Set(group.flatMap((one) => one.attributes.body.outputs.slice(carries)))];
  const outputs = [...body.outputs.slice(0, carries), ...sequences];
  return {
    parts: scan(inputs.map(now), { ...attributes, body: { inputs: body.inputs, outputs } }),
    places: new Map(sequences.map((node, i) => [node, carries + i])),
  };
};

/**
 * Scans with the same states and different sequences become one: a gradient's scan over the states before each turn is the forward
 * scan with more results. Nodes older than `first` stay as they are.
 */
export const joinScans = (outputs: readonly Node[], first: number): Node[] => {
  const groups = grouped(reachSince(outputs, first));
  if (groups.size === 0) return [...outputs];
  const made = new Map<readonly Scan[], Joined>();
  return rebuild(outputs, first, (node, now) => {
    const group = is(node, "part") ? groups.get(node.inputs[0] as Scan) : undefined;
    if (!is(node, "part") || !group) return undefined;
    const joined = made.get(group) ?? join(group, now);
    made.set(group, joined);
    const { index } = node.attributes;
    const { body, carries } = (node.inputs[0] as Scan).attributes;
    return joined.parts[index < carries ? index : (joined.places.get(body.outputs[index]) as number)];
  });
};
