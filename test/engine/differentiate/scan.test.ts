import { describe, expect, it } from "vitest";
import { range } from "../../../src/core/shape.ts";
import type { Shape } from "../../../src/core/tensor.ts";
import { gradients } from "../../../src/engine/differentiate/gradients.ts";
import * as build from "../../../src/engine/graph/build.ts";
import { make, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import type { Attributes, Type } from "../../../src/engine/graph/ops.ts";
import { closeRegion, inline, scan } from "../../../src/engine/graph/region.ts";
import { reach } from "../../../src/engine/graph/traverse.ts";
import { given, ints, type Leaf, pointOf, programOf, projectedSlopes, reals, runner } from "./program.ts";

const { add, full, int, mul, real, select, compare, sum, toReal, unary } = build;

type Fold = (operands: readonly Node[], attributes: Attributes["scan"]) => Node[];

/** The same fold, written out turn by turn. */
const unrolled: Fold = (operands, { body, carries, slices, length, backwards }) => {
  let states = operands.slice(0, carries);
  const made: Node[][] = range(length).map(() => []);
  for (const turn of backwards ? range(length).reverse() : range(length)) {
    const elements = operands
      .slice(carries, carries + slices)
      .map((x) => build.reshape(build.sliceAlong(x, 0, turn, 1), x.shape.slice(1)));
    const results = inline(body, [...states, ...elements, ...operands.slice(carries + slices)]);
    states = results.slice(0, carries);
    made[turn] = results.slice(carries);
  }
  const stacked = range(body.outputs.length - carries).map((i) =>
    build.concat(
      made.map((results) => build.reshape(results[i], [1, ...results[i].shape])),
      0,
    ),
  );
  return [...states, ...stacked];
};

interface Kind {
  readonly type: Type;
  readonly shape: Shape;
}

/** A fold over nodes by a formula that may use nodes around it; `states` and `elements` are as in the operands. */
const foldOf = (
  fold: Fold,
  states: readonly Node[],
  sequences: readonly Node[],
  step: (states: readonly Node[], elements: readonly Node[]) => { next: readonly Node[]; made?: readonly Node[] },
  backwards = false,
): Node[] => {
  const kinds: Kind[] = [...states, ...sequences.map(({ type, shape }) => ({ type, shape: shape.slice(1) }))];
  const inputs = kinds.map(({ type, shape }, i) => placeholder(i, type, shape));
  const { next, made = [] } = step(inputs.slice(0, states.length), inputs.slice(states.length));
  const { region, outside } = closeRegion(inputs, [...next, ...made]);
  return fold([...states, ...sequences, ...outside], {
    body: region,
    carries: states.length,
    slices: sequences.length,
    length: sequences[0].shape[0],
    backwards,
  });
};

interface Formula {
  readonly at: readonly Leaf[];
  readonly of: (fold: Fold, ...inputs: Node[]) => Node;
}

const sequence = reals([5], -1, 1, 7);

const formulas: Readonly<Record<string, Formula>> = {
  "a state that starts as a constant and moves by what it closes over": {
    at: [given([0.7], []), sequence],
    of: (fold, rate, xs) =>
      foldOf(fold, [real(0)], [xs], ([s], [x]) => ({ next: [unary("sin", add(mul(rate, s), x))] }))[0],
  },
  "states of which one alone is asked for": {
    at: [given([0.7], []), given([0.2], []), sequence],
    of: (fold, a, b, xs) =>
      foldOf(fold, [a, b], [xs], ([s, t], [x]) => ({ next: [mul(s, unary("cos", x)), add(t, mul(s, x))] }))[0],
  },
  "states that hand on to one another": {
    at: [given([0.7], []), sequence],
    of: (fold, a, xs) =>
      foldOf(fold, [a, real(1), real(2)], [xs], ([s, t, u], [x]) => ({
        next: [mul(s, x), add(s, mul(t, 0.5)), unary("sin", mul(t, u))],
      }))[2],
  },
  "a new sequence alone, backwards": {
    at: [given([0.7, -0.3]), sequence],
    of: (fold, a, xs) =>
      foldOf(fold, [a], [xs], ([s], [x]) => ({ next: [mul(s, unary("cos", x))], made: [mul(mul(s, s), x)] }), true)[1],
  },
  "a state handed on as it is, given out as it is": {
    at: [given([0.7], []), sequence],
    of: (fold, a, xs) => {
      const [last, made] = foldOf(fold, [a], [xs], ([s], [x]) => ({ next: [x], made: [s] }));
      return mul(made, last);
    },
  },
  "a whole number that counts, and chooses": {
    at: [given([0.7], []), sequence],
    of: (fold, a, xs) => {
      const [last, count] = foldOf(fold, [a, int(0)], [xs], ([s, n], [x]) => ({
        next: [
          select(compare("equal", make("mod", [n, int(2)], {}), int(0)), mul(s, x), add(unary("sin", s), x)),
          add(n, int(1)),
        ],
      }));
      return mul(last, toReal(count));
    },
  },
  "noise from a key of each turn": {
    at: [given([0.7, 0.4]), ints([1, 2, 3, 4, 5, 6], [3, 2])],
    of: (fold, scales, keys) =>
      foldOf(fold, [full(0, [2])], [keys], ([s], [key]) => ({
        next: [unary("tanh", add(s, mul(scales, make("normal", [key], { shape: [2] }))))],
        made: [mul(s, scales)],
      }))[1],
  },
  "a fold in a fold": {
    at: [given([0.7], []), given([0.4], []), sequence],
    of: (fold, a, rate, xs) =>
      foldOf(fold, [a], [xs], ([s], [x]) => {
        const [inner] = foldOf(fold, [s], [xs], ([t], [y]) => ({ next: [unary("sin", add(mul(t, rate), mul(x, y)))] }));
        return { next: [inner], made: [mul(inner, rate)] };
      })[1],
  },
  "a matrix closed over, used twice": {
    at: [reals([3]), reals([3, 3], -0.7, 0.7, 2), reals([4, 3], -1, 1, 3)],
    of: (fold, start, matrix, xs) =>
      foldOf(fold, [start], [xs], ([s], [x]) => {
        const turned = build.reshape(build.matmul(matrix, build.reshape(s, [3, 1])), [3]);
        const back = build.reshape(build.matmul(build.swapped(matrix), build.reshape(turned, [3, 1])), [3]);
        return { next: [add(unary("tanh", turned), mul(back, x))] };
      })[0],
  },
};

describe.each(Object.entries(formulas))("a fold with %s", (_, { at, of }) => {
  it("has the slopes of the same written out, twice", () => {
    const [folded, plain] = [scan, unrolled].map((fold) => {
      const program = programOf(at, (...inputs) => of(fold, ...inputs));
      const first = gradients(program.scalar, program.wrt);
      const second = gradients(projectedSlopes(first), program.wrt);
      return runner(program, at, [program.output, ...first, ...second])(pointOf(at));
    });
    expect(folded.length).toBe(plain.length);
    for (const [i, want] of plain.entries())
      expect(Math.abs(folded[i] - want), `${folded[i]} for ${want}`).toBeLessThan(1e-13 * (1 + Math.abs(want)));
  });
});

/** Σ of squares of an autoregression s ← rate · s + x. */
const autoregression = (length: number): { inputs: readonly Node<"input">[]; output: Node; rate: Node; xs: Node } => {
  const [rate, xs] = [placeholder(0, "real", []), placeholder(1, "real", [length])];
  const [, made] = foldOf(scan, [real(0)], [xs], ([s], [x]) => {
    const next = add(mul(rate, s), x);
    return { next: [next], made: [mul(next, next)] };
  });
  return { inputs: [rate, xs], output: sum(made), rate, xs };
};

describe("the reverse of a scan", () => {
  it("is a graph whose size does not grow with the number of turns", () => {
    const sizes = [3, 5000].map((length) => {
      const { output, rate, xs } = autoregression(length);
      const first = gradients(output, [rate, xs]);
      return reach(gradients(projectedSlopes(first), [rate, xs])).length;
    });
    expect(sizes[0]).toBe(sizes[1]);
  });

  it("of no turns at all is that of the start", () => {
    const at = [given([0.7], []), given([], [0])];
    const program = programOf(at, (a, xs) =>
      mul(3, foldOf(scan, [mul(a, a)], [xs], ([s], [x]) => ({ next: [mul(s, x)] }))[0]),
    );
    const [value, slope] = runner(program, at, [program.scalar, gradients(program.scalar, program.wrt)[0]])(
      pointOf(at),
    );
    expect(slope).toBeCloseTo((2 * value) / 0.7, 14);
  });

  it("keeps only the states that it reads, and computes outside what does not change", () => {
    const [a, xs] = [placeholder(0, "real", []), placeholder(1, "real", [4])];
    const [last] = foldOf(scan, [real(0), real(0)], [xs], ([s, t], [x]) => ({
      next: [add(mul(unary("exp", a), x), s), mul(t, x)],
    }));
    const [slope] = gradients(last, [a]);
    const scans = reach([slope]).filter((node) => node.op === "scan") as Node<"scan">[];
    // d last / da = Σ eᵃ x: no state is read, so that the forward scan is not among what the gradient needs.
    expect(scans.length).toBe(1);
    expect(scans[0].attributes.body.outputs.flatMap((output) => reach([output])).map(({ op }) => op)).not.toContain(
      "exp",
    );
  });
});
