import * as tf from "#tfjs";
import { fail } from "../../core/check.ts";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { make, type Node, placeholder } from "../graph/node.ts";
import type { Attributes } from "../graph/ops.ts";
import { closeRegion, inline } from "../graph/region.ts";
import { nodeOf, recording, tensorOf } from "./recording.ts";

type Reverse = Attributes["custom"]["reverse"];

/** A function with its gradient, as tfjs takes it. */
type WithGradient = (...args: unknown[]) => {
  readonly value: Tensor;
  readonly gradFunc: (dy: Tensor, saved: Tensor[]) => Tensor | readonly Tensor[];
};

interface Applied {
  readonly value: Node;
  /** The gradient of each operand, undefined of one that has none. */
  slopes(gradient: Node): (Node | undefined)[];
}

const apply = (f: WithGradient, operands: readonly Node[]): Applied => {
  let saved: Tensor[] = [];
  const save = (tensors: Tensor[]): void => {
    saved = tensors;
  };
  const { value, gradFunc } = f(...operands.map(tensorOf), save);
  if (!(value instanceof tf.Tensor) || typeof gradFunc !== "function")
    fail("customGrad: expected a function that returns { value, gradFunc }");
  return {
    value: nodeOf(value),
    slopes: (gradient) => {
      const given = [gradFunc(tensorOf(gradient), saved)].flat() as (Tensor | null | undefined)[];
      if (given.length !== operands.length)
        fail(`customGrad: expected ${operands.length} gradients, one per argument, got ${given.length}`);
      return operands.map(({ type }, i) => {
        const slope = given[i];
        return type === "real" && slope ? nodeOf(slope) : undefined;
      });
    },
  };
};

interface Rule {
  readonly reverse: Reverse;
  /** What the rule closes over besides the operands. */
  readonly outside: readonly Node[];
}

/** The rule as a region of the operands and the gradient: it can be written out anywhere, at any time. */
const closed = ({ value, slopes }: Applied, points: readonly Node[]): Rule => {
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

/** The rule of a function that is used inside a rule, perhaps its own: looked at only when it is needed. */
const open = (f: WithGradient): Rule => ({
  reverse: (gradient, operands) => apply(f, operands).slopes(gradient),
  outside: [],
});

/** Some functions refuse to be differentiated: that counts when they are. */
const ruleOf = (f: WithGradient, applied: Applied, points: readonly Node[]): Rule => {
  if (recording().inRule) return open(f);
  try {
    return closed(applied, points);
  } catch {
    return open(f);
  }
};

/** What tfjs's `customGrad` is while tracing: a node with a rule of its own. */
export const customGrad =
  (f: WithGradient) =>
  (...inputs: Tensor[]): Tensor => {
    const operands = inputs.map(nodeOf);
    const points = operands.map((operand) => make("alias", [operand], {}));
    const applied = apply(f, points);
    if (applied.value.type !== "real") return tensorOf(applied.value);
    const { reverse, outside } = ruleOf(f, applied, points);
    return tensorOf(make("custom", [applied.value, ...operands, ...outside], { reverse }));
  };
