/** What random programs are made of: each step adds a node to those that stand, or none where it finds no operand that fits. */
import { broadcast, range, sameShape, sizeOf } from "../../src/core/shape.ts";
import type { Shape } from "../../src/core/tensor.ts";
import * as build from "../../src/engine/graph/build.ts";
import { constant, make, type Node } from "../../src/engine/graph/node.ts";
import {
  binaryOps,
  comparisonOps,
  logicalOps,
  type Op,
  specialBinaryOps,
  type Type,
  type UnaryOp,
  unaryOps,
} from "../../src/engine/graph/ops.ts";

/** Uniforms in [0, 1) from a seed, by the output function of splitmix32. */
export const uniformsFrom = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
  };
};

export interface Choices {
  readonly nodes: readonly Node[];
  /** Whether arguments may now and then leave the domain of a function. */
  readonly wild: boolean;
  below(n: number): number;
  of<T>(list: readonly T[]): T;
}

export const choicesFrom = (seed: number, nodes: readonly Node[], wild: boolean): Choices => {
  const next = uniformsFrom(seed);
  const below = (n: number): number => Math.floor(next() * n);
  return { nodes, wild, below, of: (list) => list[below(list.length)] };
};

/** Of axes; one in sixteen is empty. */
export const lengths = [0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 5, 5, 8, 8] as const;
export const largest = 300;

/** A node of a type, the younger the likelier; undefined where there is none. */
const node = (c: Choices, type: Type, fits: (x: Node) => boolean = () => true): Node | undefined => {
  const all = c.nodes.filter((x) => x.type === type && fits(x));
  return all.length === 0 ? undefined : all[Math.max(c.below(all.length), c.below(all.length))];
};

const some = (c: Choices): Node => c.of(c.nodes);

/** Another operand that spreads together with x; x where there is no other. */
const partner = (c: Choices, x: Node): Node =>
  node(c, x.type, (y) => {
    const shape = broadcast(x.shape, y.shape);
    return shape !== undefined && sizeOf(shape) <= largest;
  }) ?? x;

/** Into the range where a function is finite and its slope moderate. */
const squash = {
  line: (x: Node) => x,
  small: (x: Node) => build.mul(build.unary("tanh", x), 5),
  positive: (x: Node) => build.add(build.unary("abs", build.mul(build.unary("tanh", x), 12)), 0.0625),
  negative: (x: Node) => build.sub(-0.0625, build.unary("abs", build.mul(build.unary("tanh", x), 12))),
  unit: (x: Node) => build.mul(build.unary("tanh", x), 0.9375),
  probability: (x: Node) => build.add(build.mul(build.unary("sigmoid", x), 0.9375), 0.03125),
  aboveOne: (x: Node) => build.add(build.unary("abs", build.mul(build.unary("tanh", x), 12)), 1),
  whole: (x: Node) => build.unary("floor", build.mul(build.unary("sigmoid", x), 30)),
};
type Domain = keyof typeof squash;

const domains: { readonly [O in UnaryOp]: Domain } = {
  ...(Object.fromEntries(unaryOps.map((op) => [op, "line"])) as { [O in (typeof unaryOps)[number]]: Domain }),
  sqrt: "positive",
  exp: "small",
  expm1: "small",
  sinh: "small",
  cosh: "small",
  tan: "unit",
  sin: "small",
  cos: "small",
  log: "positive",
  log1p: "positive",
  asin: "unit",
  acos: "unit",
  atanh: "unit",
  acosh: "aboveOne",
  log1mexp: "negative",
  erfinv: "unit",
  normalQuantile: "probability",
  lgamma: "positive",
  digamma: "positive",
  stirlingGap: "positive",
  polygamma: "positive",
};

/** x in a domain, but for one time in eight of a wild program. */
const within = (c: Choices, domain: Domain, x: Node): Node => (c.wild && c.below(8) === 0 ? x : squash[domain](x));

const shapeOf = (c: Choices, rank: number): number[] => {
  const shape = range(rank).map(() => c.of<number>(lengths));
  return sizeOf(shape) > largest ? shape.map((n) => Math.min(n, 2)) : shape;
};

const indicesOf = (c: Choices, shape: Shape, length: number): Node =>
  constant(
    Float64Array.from(range(sizeOf(shape)), () => c.below(length + (c.wild ? 2 : 0)) - (c.wild ? 1 : 0)),
    shape,
    "int",
  );

const anyAxes = (c: Choices, x: Node): number[] => range(x.shape.length).filter(() => c.below(2) === 0);

const reshaped = (c: Choices, shape: Shape): number[] => {
  const flat = [sizeOf(shape)];
  const axis = c.below(shape.length + 1);
  const factors = shape.flatMap((n) => (n > 1 && n % 2 === 0 ? [2, n / 2] : [n]));
  return c.of([flat, [...shape.slice(0, axis), 1, ...shape.slice(axis)], factors, shape.filter((n) => n !== 1)]);
};

const partOf = (c: Choices, n: number): { begin: number; stride: number; length: number } => {
  const begin = n === 0 ? 0 : c.below(n);
  const stride = 1 + c.below(2);
  return { begin, stride, length: n === 0 ? 0 : c.below(Math.ceil((n - begin) / stride) + 1) };
};

/** A positive definite matrix from any matrices: x xᵀ of squashed elements, and more on the diagonal. */
const positiveDefinite = (x: Node): Node => {
  const small = squash.unit(x);
  const n = x.shape[x.shape.length - 2];
  const eye = Float64Array.from(range(n * n), (at) => Number(at % n === Math.floor(at / n)));
  return build.add(build.matmul(small, build.swapped(small)), constant(eye, [n, n]));
};

const isMatrix = (x: Node): boolean => x.shape.length >= 2;
type Step = (c: Choices) => Node | undefined;
const given = <T>(x: T | undefined, f: (x: T) => Node | undefined): Node | undefined =>
  x === undefined ? undefined : f(x);

/** Along an axis of a number. */
const along = (c: Choices, f: (x: Node, axis: number) => Node): Node | undefined =>
  given(
    node(c, c.of(["real", "real", "int"]), (x) => x.shape.length > 0),
    (x) => f(x, c.below(x.shape.length)),
  );

const scan = (op: "cumsum" | "cumprod"): Step => {
  return (c) => along(c, (x, axis) => make(op, [x], { axis, exclusive: c.below(2) === 0, reverse: c.below(2) === 0 }));
};

const steps: { readonly [name: string]: Step } = {
  unary: (c) =>
    given(node(c, "real"), (x) => {
      const op = c.of<UnaryOp>([...unaryOps, "polygamma"]);
      const at = within(c, domains[op], x);
      return op === "polygamma" ? make(op, [at], { n: 1 + c.below(3) }) : make(op, [at], {});
    }),
  binary: (c) =>
    given(node(c, "real"), (x) => {
      const op = c.of(binaryOps);
      return op === "pow"
        ? build.pow(within(c, "positive", x), within(c, "small", partner(c, x)))
        : build.binary(op, x, partner(c, x));
    }),
  arithmetic: (c) =>
    given(node(c, "real"), (x) => build.binary(c.of(["add", "sub", "mul"] as const), x, partner(c, x))),
  whole: (c) => given(node(c, "int"), (x) => build.binary(c.of(binaryOps), x, partner(c, x))),
  special: (c) =>
    given(node(c, "real"), (x) => {
      const op = c.of(specialBinaryOps);
      const second = partner(c, x);
      if (op === "atan2") return build.binary(op, x, second);
      const domain = op === "deviance" ? "whole" : "positive";
      const last = op === "logBeta" || op === "deviance" ? "positive" : "small";
      // The slopes of gamma draws are defined for positive shapes and finite logarithms alone.
      return op.startsWith("gamma")
        ? build.binary(op, squash[domain](x), squash[last](second))
        : build.binary(op, within(c, domain, x), within(c, last, second));
    }),
  comparison: (c) =>
    given(node(c, c.of(["real", "real", "int"])), (x) => build.compare(c.of(comparisonOps), x, partner(c, x))),
  logic: (c) => given(node(c, "bool"), (x) => build.binary(c.of(logicalOps), x, partner(c, x))),
  not: (c) => given(node(c, "bool"), build.not),
  select: (c) =>
    given(node(c, "bool"), (condition) => {
      const yes = node(c, c.of(["real", "real", "int"]), (x) => broadcast(x.shape, condition.shape) !== undefined);
      return given(yes, (x) => {
        const shape = broadcast(x.shape, condition.shape) as Shape;
        const no = node(c, x.type, (y) => {
          const both = broadcast(shape, y.shape);
          return both !== undefined && sizeOf(both) <= largest;
        });
        return build.select(condition, x, no ?? x);
      });
    }),
  cast: (c) => {
    const x = some(c);
    const to = c.of(["real", "real", "int", "bool"] as const);
    return build.cast(to === "int" && x.type === "real" ? within(c, "small", x) : x, to);
  },
  alias: (c) => make(c.of(["alias", "stop"] as const), [some(c)], {}),
  custom: (c) =>
    given(node(c, "real"), (x) => make("custom", [x, partner(c, x)], { reverse: (dy) => [dy, undefined] })),
  reshape: (c) => given(some(c), (x) => build.reshape(x, reshaped(c, x.shape))),
  transpose: (c) =>
    given(some(c), (x) => {
      const order = range(x.shape.length);
      for (let i = order.length - 1; i > 0; i--) {
        const j = c.below(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return build.transpose(x, order);
    }),
  broadcast: (c) =>
    given(some(c), (x) => {
      const more = x.shape.length < 4 ? [c.of([1, 2, 3])] : [];
      const shape = [...more, ...x.shape.map((n) => (n === 1 ? c.of<number>(lengths) : n))];
      return sizeOf(shape) <= largest ? build.spread(x, shape) : undefined;
    }),
  slice: (c) => {
    const x = some(c);
    const parts = x.shape.map((n) => partOf(c, n));
    const [begin, strides, shape] = (["begin", "stride", "length"] as const).map((key) => parts.map((p) => p[key]));
    return build.slice(x, begin, shape, strides);
  },
  reverse: (c) => given(some(c), (x) => make("reverse", [x], { axes: anyAxes(c, x) })),
  pad: (c) => {
    const x = some(c);
    const value = x.type === "real" ? c.of([0, 1, -0.5]) : c.below(2);
    const around = (): number[] => x.shape.map(() => Math.max(0, c.below(4) - 1));
    return build.pad(x, around(), around(), value);
  },
  concat: (c) => {
    const x = some(c);
    if (x.shape.length === 0) return undefined;
    const axis = c.below(x.shape.length);
    const rest = (s: Shape): Shape => s.filter((_, i) => i !== axis);
    const fits = (y: Node): boolean => y.shape.length === x.shape.length && sameShape(rest(y.shape), rest(x.shape));
    const others = range(1 + c.below(2)).map(() => node(c, x.type, fits) ?? x);
    return build.concat([x, ...others], axis);
  },
  gather: (c) => {
    const x = some(c);
    if (x.shape.length === 0) return undefined;
    const axis = c.below(x.shape.length);
    const batch = c.below(axis + 1);
    const shape = [...x.shape.slice(0, batch), ...shapeOf(c, c.below(3))];
    return make("gather", [x, indicesOf(c, shape, x.shape[axis])], { axis, batch });
  },
  scatterAdd: (c) =>
    along(c, (x, axis) => {
      const batch = c.below(axis + 1);
      const rest = 1 + c.below(Math.min(2, x.shape.length - axis));
      const length = c.of<number>(lengths);
      const shape = [...x.shape.slice(0, batch), ...x.shape.slice(axis, axis + rest)];
      return make("scatterAdd", [x, indicesOf(c, shape, length)], { axis, batch, length });
    }),
  reduction: (c) =>
    given(node(c, c.of(["real", "real", "int"])), (x) =>
      build.reduce(c.of(["sum", "sum", "prod", "max", "min"] as const), x, anyAxes(c, x)),
    ),
  logicalReduction: (c) => given(node(c, "bool"), (x) => build.reduce(c.of(["any", "all"] as const), x, anyAxes(c, x))),
  extreme: (c) => along(c, (x, axis) => make(c.of(["argMax", "argMin"] as const), [x], { axis })),
  cumsum: scan("cumsum"),
  cumprod: scan("cumprod"),
  matmul: (c) =>
    given(node(c, "real", isMatrix), (x) => {
      const [m, k] = x.shape.slice(-2);
      const batch = x.shape.slice(0, -2);
      const fits = (y: Node): boolean => isMatrix(y) && sameShape(y.shape.slice(0, -1), [...batch, k]);
      const other = c.below(2) === 0 ? node(c, "real", fits) : undefined;
      return m * m * sizeOf(batch) > largest && !other ? undefined : build.matmul(x, other ?? build.swapped(x));
    }),
  cholesky: (c) =>
    given(node(c, "real", isMatrix), (x) =>
      c.wild && c.below(4) === 0 && x.shape[x.shape.length - 1] === x.shape[x.shape.length - 2]
        ? make("cholesky", [x], {})
        : make("cholesky", [positiveDefinite(x)], {}),
    ),
  triangularSolve: (c) =>
    given(node(c, "real", isMatrix), (x) =>
      make("triangularSolve", [positiveDefinite(x), x], { transpose: c.below(2) === 0, lower: c.below(2) === 0 }),
    ),
  number: (c) => constant(Float64Array.of(c.of([0, 1, -1, 0.5, 2, -3.25])), []),
};

const { unary, binary, arithmetic, reduction, select } = steps;
const table = [...Object.values(steps), unary, unary, unary, unary, binary, arithmetic, reduction, select];
const uses = (x: Node, except: readonly Op[], stand: ReadonlySet<Node>): boolean =>
  !stand.has(x) && (except.includes(x.op) || x.inputs.some((input) => uses(input, except, stand)));

/** One more node, or undefined where the seed finds none, it would be too large, or it needs an op that is not wanted. */
export const stepFrom = (
  seed: number,
  nodes: readonly Node[],
  wild: boolean,
  except: readonly Op[],
): Node | undefined => {
  const c = choicesFrom(seed, nodes, wild);
  const made = c.of(table)(c);
  if (made === undefined || sizeOf(made.shape) > largest || made.shape.length > 4) return undefined;
  return uses(made, except, new Set(nodes)) ? undefined : made;
};
