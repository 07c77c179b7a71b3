import type { Expression } from "./expression.ts";
import { failAt, limits, type Source } from "./source.ts";

/** One axis on the left: a length, the name of one, or one worked out from others, as in beta[K - 1]. */
export interface Axis {
  /** The length, or what names it: "K", "K - 1". */
  readonly label: number | string;
  readonly expression: Expression;
}

/** An expression as text, as far as it can be a length. */
const show = (source: Source, expression: Expression): string => {
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "name":
      return expression.name;
    case "operator": {
      const [a, b] = expression.operands.map((each) => {
        const text = show(source, each);
        return each.kind === "operator" && each.operands.length > 1 ? `(${text})` : text;
      });
      return b === undefined ? `${expression.name}${a}` : `${a} ${expression.name} ${b}`;
    }
    default:
      return failAt(source, expression.at, "the length of an axis is a number such as 3, N or K - 1");
  }
};

/** An axis from what stands in the brackets. @throws FluvialError where that is no length. */
export const axisFrom = (source: Source, expression: Expression): Axis => {
  if (expression.kind === "number") {
    const { value, at } = expression;
    if (!Number.isInteger(value) || value < 1 || value > limits.length)
      failAt(source, at, `the length of an axis is a whole number from 1 to ${limits.length}, got ${value}`);
    return { label: value, expression };
  }
  return { label: show(source, expression), expression };
};
