import fc from "fast-check";
import { range, sameShape, sizeOf } from "../../../src/core/shape.ts";
import * as build from "../../../src/engine/graph/build.ts";
import { constant, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import { closeRegion, loop, scan } from "../../../src/engine/graph/region.ts";
import { type Choices, choicesFrom, stepFrom } from "../programSteps.ts";
import { arbitraryProgram, type Program } from "../programs.ts";

/** A body over placeholders that may use nodes around it: all that was made, the placeholders first. */
const bodyOf = (inputs: readonly Node[], around: readonly Node[], steps: readonly number[], wild: boolean): Node[] => {
  const made = [...inputs];
  for (const step of steps) {
    const node = stepFrom(step, [...around, ...made], wild, []);
    if (node && !made.includes(node) && !around.includes(node)) made.push(node);
  }
  return made;
};

/** The last node that was made with the type and shape of a state; now and then another one, or the state itself. */
const nextOf = (c: Choices, made: readonly Node[], state: Node): Node => {
  const fits = made.filter((node) => node.type === state.type && sameShape(node.shape, state.shape));
  return c.below(3) === 0 ? c.of(fits) : fits[fits.length - 1];
};

const placeholdersLike = (kinds: readonly Pick<Node, "type" | "shape">[]): Node<"input">[] =>
  kinds.map(({ type, shape }, i) => placeholder(i, type, shape));

const takeSome = (c: Choices, nodes: readonly Node[], most: number): Node[] =>
  nodes.length === 0 ? [] : range(c.below(most + 1)).map(() => c.of(nodes));

/** A fold of a random body; its sequences are nodes with a common leading length, or spread to one. */
const scanFrom = (c: Choices, nodes: readonly Node[], steps: readonly number[], depth = 0): Node[] => {
  const length = c.of([1, 2, 3, 3, 5]);
  const states = takeSome(c, nodes, 3);
  const long = nodes.filter((x) => x.shape[0] === length);
  const spread = nodes.filter((x) => x.shape.length < 4 && sizeOf(x.shape) * length <= 300);
  const sequences = [
    ...takeSome(c, long, 2),
    ...takeSome(c, spread, 1).map((x) => build.spread(x, [length, ...x.shape])),
  ];
  const inputs = placeholdersLike([
    ...states,
    ...sequences.map(({ type, shape }) => ({ type, shape: shape.slice(1) })),
  ]);
  if (inputs.length === 0) return [];
  const made = bodyOf(inputs, nodes, steps, c.wild);
  if (depth === 0 && c.below(3) === 0) made.push(...scanFrom({ ...c, nodes: made }, made, steps.slice(0, 3), 1));
  const next = inputs.slice(0, states.length).map((state) => nextOf(c, made, state));
  const elements = [...made.slice(-1), ...takeSome(c, made, 2)];
  const { region: body, outside } = closeRegion(inputs, [...next, ...elements]);
  const attributes = { body, carries: states.length, slices: sequences.length, length, backwards: c.below(2) === 0 };
  return scan([...states, ...sequences, ...outside], attributes);
};

/** A loop of a random body with a counter that stops it, after as many turns as an input may say. */
const loopFrom = (c: Choices, nodes: readonly Node[], steps: readonly number[]): Node[] => {
  const limits = nodes.filter((x) => x.type === "int" && x.shape.length === 0);
  const limit = limits.length > 0 ? c.of(limits) : constant(Float64Array.of(c.below(5)), [], "int");
  const states = [constant(Float64Array.of(0), [], "int") as Node, ...takeSome(c, nodes, 3)];
  const inputs = placeholdersLike(states);
  const made = bodyOf(inputs, nodes, steps, c.wild);
  const next = [
    build.add(inputs[0], constant(Float64Array.of(1), [], "int")),
    ...inputs.slice(1).map((state) => nextOf(c, made, state)),
  ];
  const { region, outside } = closeRegion(inputs, [build.compare("less", inputs[0], limit), ...next]);
  const only = (from: number, to?: number) =>
    closeRegion(region.inputs as Node<"input">[], region.outputs.slice(from, to)).region;
  const attributes = { condition: only(0, 1), body: only(1), states: states.length, most: c.of([2, 4, 50]) };
  return loop([...states, ...outside], attributes);
};

/** A random program, a region over nodes of it, and what a few more steps make of the results. */
const withRegion = (
  { graph, inputs }: Program,
  { seed, body, after }: Seeds,
  { loops = true, wild = seed % 2 === 0 }: RegionOptions,
): Program => {
  const nodes = [...graph.inputs, ...graph.outputs];
  const c = choicesFrom(seed, nodes, wild);
  const made = (loops && c.below(4) === 0 ? loopFrom : scanFrom)(c, nodes, body);
  const more = bodyOf(made, nodes, after, c.wild);
  return { graph: { inputs: graph.inputs, outputs: [...more, ...graph.outputs] }, inputs };
};

interface Seeds {
  readonly seed: number;
  readonly body: readonly number[];
  readonly after: readonly number[];
}

export interface RegionOptions {
  /** Loops among scans (true). */
  readonly loops?: boolean;
  /** Inputs and arguments that are not numbers or outside of a function's domain; half of the time, unless said. */
  readonly wild?: boolean;
}

const seeds = (most: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max: 0x7fffffff }), { maxLength: most, size: "max" });

/** Random programs with a scan or a loop whose body is random too; a scan may hold another one. */
export const arbitraryRegionProgram = (options: RegionOptions = {}): fc.Arbitrary<Program> =>
  fc
    .tuple(
      arbitraryProgram({ steps: 6, wild: options.wild }),
      fc.record({ seed: fc.integer({ min: 0, max: 0x7fffffff }), body: seeds(8), after: seeds(4) }),
    )
    .map(([program, chosen]) => withRegion(program, chosen, options));
