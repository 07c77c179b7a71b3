/** What a model's text says, as plain data. `at` is the character that errors point to. */
export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "operator"; readonly name: string; readonly operands: readonly Expression[]; readonly at: number }
  | {
      readonly kind: "condition";
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
      readonly at: number;
    }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly at: number }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression; readonly at: number }
  | { readonly kind: "index"; readonly of: Expression; readonly indices: readonly Expression[]; readonly at: number }
  | Call;

/** A function or a distribution with what is given to it. */
export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly positional: readonly Expression[];
  readonly named: readonly Named[];
  readonly at: number;
}

/** An argument with its name: scale = 2. */
export interface Named {
  readonly name: string;
  readonly value: Expression;
  readonly at: number;
}

/** The parts of an expression, in the order in which they are written. */
export const partsOf = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case "operator":
      return expression.operands;
    case "condition":
      return [expression.test, expression.yes, expression.no];
    case "list":
      return expression.items;
    case "range":
      return [expression.from, expression.to];
    case "index":
      return [expression.of, ...expression.indices];
    case "call":
      return [...expression.positional, ...expression.named.map(({ value }) => value)];
    default:
      return [];
  }
};

/** Visits an expression and all that is in it. */
export const visit = (expression: Expression, f: (part: Expression) => void): void => {
  f(expression);
  for (const part of partsOf(expression)) visit(part, f);
};
