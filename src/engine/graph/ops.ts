import type { SpecialName } from "../../core/special/rare.ts";
import type { Shape } from "../../core/tensor.ts";

/** What an element is. In a compiled program a real is one of two widths, an int has 32 bits. */
export type Type = "real" | "int" | "bool";

type None = Readonly<Record<string, never>>;

/** One value of a program, and how it is made. Nodes never change; a program is what its outputs reach. */
export interface Node<O extends Op = Op> {
  /** Grows with every node made: operands come before what is made of them. */
  readonly id: number;
  readonly op: O;
  readonly type: Type;
  readonly shape: Shape;
  readonly inputs: readonly Node[];
  readonly attributes: Attributes[O];
  /** The site or layer it belongs to, outermost first; "" where it has none. */
  readonly label: string;
}

/** A program: its arguments, in order, and its results. */
export interface Graph {
  readonly inputs: readonly Node<"input">[];
  readonly outputs: readonly Node[];
}

/** A sub-graph: placeholders (`input` nodes) and what is made of them. It refers to no node outside itself but through its inputs. */
export interface Region {
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
}

/** Real to real, element by element. */
export const unaryOps = [
  "neg",
  "abs",
  "sign",
  "sqrt",
  "floor",
  "ceil",
  "round",
  "exp",
  "expm1",
  "log",
  "log1p",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "sigmoid",
  "softplus",
  "log1mexp",
  "log1pSquare",
  "erf",
  "erfc",
  "erfinv",
  "normalCdf",
  "normalLogCdf",
  "inverseMills",
  "normalQuantile",
  "lgamma",
  "digamma",
  "stirlingGap",
] as const;

/** Two operands of one shape to a real (or, of ints, an int). */
export const binaryOps = ["add", "sub", "mul", "div", "mod", "pow", "maximum", "minimum"] as const;

/** Two reals of one shape to a real. */
export const specialBinaryOps = ["atan2", "logBeta", "deviance", "gammaShapeSlope", "gammaShapeCurvature"] as const;

/** Two operands of one shape and type to a bool. */
export const comparisonOps = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"] as const;

export const logicalOps = ["and", "or"] as const;

/** Over some axes, which vanish. */
export const reductionOps = ["sum", "prod", "max", "min", "any", "all"] as const;

type Over<K extends readonly string[], A> = { readonly [O in K[number]]: A };

/** Every op with its attributes. Elementwise ops take operands of exactly their own shape: spreading is an op of its own. */
export type Attributes = Over<typeof unaryOps, None> &
  Over<typeof binaryOps, None> &
  Over<typeof specialBinaryOps, None> &
  Over<typeof comparisonOps, None> &
  Over<typeof logicalOps, None> &
  Over<typeof reductionOps, { readonly axes: readonly number[] }> & {
    /** A placeholder: argument number `index` of the program or region. */
    readonly input: { readonly index: number };
    /** Values row by row; bools as 0 and 1. */
    readonly constant: { readonly values: Float64Array };

    readonly polygamma: { readonly n: number };
    /** A rare special function of one to three reals of one shape; its gradient, if any, comes from a `custom` around it. */
    readonly special: { readonly name: SpecialName };
    readonly not: None;
    /** (condition, yes, no). */
    readonly select: None;
    readonly cast: { readonly to: Type };
    /** Its operand; a point to differentiate at. */
    readonly alias: None;
    /** Its operand, a constant to every gradient. */
    readonly stop: None;
    /** Its first operand, whose gradient goes to the others by a rule that the caller gives. */
    readonly custom: {
      readonly reverse: (gradient: Node, operands: readonly Node[]) => readonly (Node | undefined)[];
    };

    // The same elements in another order or form.
    readonly reshape: { readonly shape: Shape };
    /** Axis i of the result is axis order[i] of the operand. */
    readonly transpose: { readonly order: readonly number[] };
    /** Axes of length 1 spread to those of `shape`, which has as many axes. */
    readonly broadcast: { readonly shape: Shape };
    readonly slice: { readonly begin: readonly number[]; readonly strides: readonly number[]; readonly shape: Shape };
    readonly reverse: { readonly axes: readonly number[] };
    readonly pad: { readonly before: readonly number[]; readonly after: readonly number[]; readonly value: number };
    readonly concat: { readonly axis: number };
    /**
     * x [...batch, ...before, n, ...after], indices int [...batch, ...rest] → [...batch, ...before, ...rest, ...after]. An index
     * outside 0 … n − 1 gives NaN (0 of an int or bool).
     */
    readonly gather: { readonly axis: number; readonly batch: number };
    /** The reverse of gather: updates, indices → sums, 0 where no index points. Indices outside add to nothing. */
    readonly scatterAdd: { readonly axis: number; readonly batch: number; readonly length: number };

    /** The index of the largest along an axis, which vanishes; the first of equals. */
    readonly argMax: { readonly axis: number };
    readonly argMin: { readonly axis: number };
    readonly cumsum: { readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean };
    readonly cumprod: { readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean };
    /** [...batch, m, k] × [...batch, k, n] → [...batch, m, n]; the batch axes are equal. */
    readonly matmul: None;
    /** The lower factor of [..., n, n], of which only the lower triangle is read; all NaN where not positive definite. */
    readonly cholesky: None;
    /**
     * [..., n, n] → [..., n, n + 1]: the triangles of P a = L U in one matrix, L with ones on its diagonal, and behind each row the
     * number of the row of a that it came from.
     */
    readonly lu: None;
    /** (t [..., n, n], b [..., n, k]) → [..., n, k]; the other triangle of t is not read. */
    readonly triangularSolve: { readonly transpose: boolean; readonly lower: boolean };

    /** key int [...batch, 2] → int [...batch, count, 2]. */
    readonly split: { readonly count: number; readonly use: number };
    /** (key int [...batch, 2], index int [...batch]) → int [...batch, 2]. */
    readonly fold: None;
    /** key int [...batch, 2] → [...batch, ...shape]; each key counts its own elements from 0. */
    readonly uniform: { readonly shape: Shape };
    readonly normal: { readonly shape: Shape };
    /** (key int [...batch, 2], parameters [...batch, ...shape]) → [...batch, ...shape]. */
    readonly gammaDraw: None;
    readonly logGammaDraw: None;
    readonly poissonDraw: None;
    readonly binomialDraw: None;

    /**
     * A fold over a leading axis of `length`. Operands: `carries` states, `slices` sequences [length, …], then what the body closes
     * over; the body takes the same with one element of each sequence, and gives the next states, then elements of new sequences.
     * Its parts are the last states, then the new sequences [length, …].
     */
    readonly scan: {
      readonly body: Region;
      readonly carries: number;
      readonly slices: number;
      readonly length: number;
      /** From the last element to the first. */
      readonly backwards: boolean;
    };
    /**
     * Applies `body` while `condition` (a bool scalar) holds, `most` times at the most. Operands: `states` states, then what both
     * close over; both take them all. Its parts are the last states.
     */
    readonly loop: {
      readonly condition: Region;
      readonly body: Region;
      readonly states: number;
      readonly most: number;
    };
    /** One result of a scan or loop. */
    readonly part: { readonly index: number };
  };

export type Op = keyof Attributes;

export type UnaryOp = (typeof unaryOps)[number] | "polygamma";
export type ReductionOp = (typeof reductionOps)[number];
