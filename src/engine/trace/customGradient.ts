import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { make, type Node, placeholder } from "../graph/node.ts";
import type { Attributes } from "../graph/ops.ts";
import { closeRegion, inline } from "../graph/region.ts";
import { isOwn, nodeOf, recording, tensorOf, withNodes } from "./recording.ts";

type Reverse = Attributes["custom"]["reverse"];

/** A call of a function with a gradient of its own, as tfjs's engine takes it. */
export interface CustomCall {
  readonly inputs: Readonly<Record<string, Tensor>>;
  forwardFunc(backend: unknown, save: (tensors: readonly Tensor[]) => void): Tensor;
  backwardsFunc(dy: Tensor, saved: readonly Tensor[]): Readonly<Record<string, () => Tensor>>;
}

/** The gradient of each operand, undefined of one that has none. */
type Slopes = (gradient: Node) => (Node | undefined)[];

/** The function with its inputs standing for given nodes: its value, and its rule for as long as `use` runs. */
const apply = <R>(call: CustomCall, at: readonly Node[], use: (value: Node, slopes: Slopes) => R): R =>
  withNodes(Object.values(call.inputs), at, () => {
    let saved: Tensor[] = [];
    const value = call.forwardFunc(undefined, (tensors) => {
      saved = tensors.map((tensor) => tf.keep(tensor.clone()));
    });
    return use(nodeOf(value), (gradient) => {
      const made = call.backwardsFunc(tensorOf(gradient), saved);
      return Object.keys(call.inputs).map((name, i) => (at[i].type === "real" ? nodeOf(made[name]()) : undefined));
    });
  });

interface Rule {
  readonly reverse: Reverse;
  /** What the rule closes over besides the operands. */
  readonly outside: readonly Node[];
}

/** The rule as a region of the operands and the gradient: it can be written out anywhere, at any time. */
const closed = (points: readonly Node[], value: Node, slopes: Slopes): Rule => {
  const given = recording();
  const gradient = placeholder(0, "real", value.shape);
  given.inRule = true;
  try {
    const made = slopes(gradient);
    const known = range(made.length).filter((i) => made[i] !== undefined);
    const inputs = [...points, gradient] as Node<"input">[];
    const { region, outside } = closeRegion(
      inputs,
      known.map((i) => made[i] as Node),
    );
    const reverse: Reverse = (at, operands) => {
      const [own, others] = [operands.slice(0, points.length), operands.slice(points.length)];
      const written = inline(region, [...own, at, ...others]);
      return operands.map((_, i) => (known.includes(i) ? written[known.indexOf(i)] : undefined));
    };
    return { reverse, outside };
  } finally {
    given.inRule = false;
  }
};

/** The rule of a function that is used inside a rule, perhaps its own: looked at only when it is needed, in the same trace. */
const open = (call: CustomCall): Rule => {
  for (const input of Object.values(call.inputs)) if (isOwn(input)) tf.keep(input);
  return { reverse: (gradient, operands) => apply(call, operands, (_, slopes) => slopes(gradient)), outside: [] };
};

/** Some functions refuse to be differentiated: that counts when they are. */
const ruleOf = (call: CustomCall, points: readonly Node[], value: Node, slopes: Slopes): Rule => {
  if (recording().inRule) return open(call);
  try {
    return closed(points, value, slopes);
  } catch {
    return open(call);
  }
};

/** What a function of tfjs's `customGrad` does while tracing, made before or meanwhile: a node with a rule of its own. */
export const runCustom = (call: CustomCall): Tensor => {
  const operands = Object.values(call.inputs).map(nodeOf);
  const points = operands.map((operand) => make("alias", [operand], {}));
  return apply(call, points, (value, slopes) => {
    if (value.type !== "real") return tensorOf(value);
    const { reverse, outside } = ruleOf(call, points, value, slopes);
    return tensorOf(make("custom", [value, ...operands, ...outside], { reverse }));
  });
};
