import { describe, expect, it } from "vitest";
import { FluvialError } from "../../../src/core/check.ts";
import { range } from "../../../src/core/shape.ts";
import { gradients } from "../../../src/engine/differentiate/gradients.ts";
import { reverse } from "../../../src/engine/differentiate/reverse.ts";
import * as build from "../../../src/engine/graph/build.ts";
import { labelled, make, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import { closeRegion, loop } from "../../../src/engine/graph/region.ts";
import { reach } from "../../../src/engine/graph/traverse.ts";
import { given, ints, type Leaf, pointOf, programOf, runner } from "./program.ts";

const { add, binary, compare, exp, log, maximum, minimum, mul, pow, real, reduce, select, sum, unary } = build;

/** Gradient, and gradient of the sum of its elements, of the sum of a formula's. */
const slopesAt = (at: readonly Leaf[], formula: (...inputs: Node[]) => Node): { first: number[]; second: number[] } => {
  const program = programOf(at, formula);
  const first = gradients(sum(program.output), program.wrt);
  const second = gradients(first.map((slope) => sum(slope)).reduce(add), program.wrt);
  const [one, two] = [first, second].map((nodes) => runner(program, at, nodes)(pointOf(at)));
  return { first: one, second: two };
};
const firstAt = (at: readonly Leaf[], formula: (...inputs: Node[]) => Node): number[] => slopesAt(at, formula).first;

/** Zeros of either sign are equal here. */
const expectSame = (got: readonly number[], want: readonly number[]): void =>
  expect(got.map((x) => x + 0)).toEqual([...want]);

describe("where a formula has a corner", () => {
  it("the slope of |x| at 0 is 0", () =>
    expectSame(
      firstAt([given([-2, 0, 2])], (x) => unary("abs", x)),
      [-1, 0, 1],
    ));
  it("the slope of √x at 0 is ∞", () =>
    expectSame(
      firstAt([given([0])], (x) => unary("sqrt", x)),
      [Number.POSITIVE_INFINITY],
    ));
  it("of equal operands the first is the largest, and the smallest", () => {
    expectSame(firstAt([given([1, 2, 3]), given([2, 2, 2])], maximum), [0, 1, 1, 1, 0, 0]);
    expectSame(firstAt([given([1, 2, 3]), given([2, 2, 2])], minimum), [1, 1, 0, 0, 0, 1]);
  });
  it("equal elements are all the largest", () => {
    expectSame(
      firstAt([given([3, 1, 3])], (x) => reduce("max", x, [0])),
      [1, 0, 1],
    );
    expectSame(
      firstAt([given([1, 1, 3])], (x) => reduce("min", x, [0])),
      [1, 1, 0],
    );
  });
});

describe("the branch not taken", () => {
  it("gives 0, also of an infinite gradient", () => {
    const { first, second } = slopesAt([given([-1, 4])], (x) => unary("sqrt", select(compare("greater", x, 0), x, 0)));
    expectSame(first, [0, 0.25]);
    expectSame(second, [0, -1 / 32]);
  });
  it("decides nothing of the other", () => {
    const formula = (x: Node): Node => select(compare("greater", x, 0), log(x), mul(3, x));
    const { first, second } = slopesAt([given([-1, 2])], formula);
    expectSame(first, [3, 0.5]);
    expectSame(second, [0, -0.25]);
  });
});

describe("powers", () => {
  it("of 0 have their slopes", () => {
    const bases = given([0, 0, 0, 0, -2]);
    const { first, second } = slopesAt([bases], (x) =>
      pow(
        x,
        build.concat(
          [0, 1, 2, 3, 3].map((b) => build.reshape(real(b), [1])),
          0,
        ),
      ),
    );
    expectSame(first, [0, 1, 0, 0, 12]);
    expectSame(second, [0, 0, 2, 0, -12]);
  });
  it("do not move with the exponent where the base is not above 0", () => {
    const slopes = firstAt([given([0, -2, 2]), given([2, 3, 3])], pow);
    expectSame(slopes.slice(3), [0, 0, 8 * Math.log(2)]);
  });
});

describe("deviances", () => {
  it("of 0 are the mean, also of 0", () => {
    const none = (mean: Node): Node => binary("deviance", build.zeros(mean), mean);
    expectSame(firstAt([given([0, 2])], none), [1, 1]);
    expectSame(
      firstAt([given([2]), given([0])], (x, mean) => binary("deviance", x, mean)),
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
  });
});

describe("indices outside", () => {
  it("give and take no slope", () => {
    const gathered = (x: Node, i: Node): Node => {
      const found = make("gather", [x, i], { axis: 0, batch: 0 });
      return select(build.isNan(found), 0, mul(found, found));
    };
    expectSame(firstAt([given([1, 2, 3]), ints([-1, 2, 3, 2])], gathered), [0, 0, 12]);
    const scattered = (x: Node, i: Node): Node => {
      const made = make("scatterAdd", [x, i], { axis: 0, batch: 0, length: 2 });
      return mul(made, made);
    };
    const { first, second } = slopesAt([given([1, 2, 3]), ints([-1, 1, 2])], scattered);
    expectSame(first, [0, 4, 0]);
    expectSame(second, [0, 2, 0]);
  });
});

describe("what is asked for", () => {
  const x = placeholder(0, "real", [3]);
  const n = placeholder(1, "int", [2]);

  it("is zero without a path, or without a smooth one", () => {
    const output = sum(add(unary("floor", x), make("stop", [x], {})));
    const slopes = gradients(output, [x, n]);
    expect(slopes.map(({ type, shape }) => ({ type, shape }))).toEqual([
      { type: "real", shape: [3] },
      { type: "real", shape: [2] },
    ]);
    expect(reverse([output], [real(1)], [x, n])).toEqual([undefined, undefined]);
  });
  it("may be the output itself", () => {
    const output = sum(x);
    const program = { inputs: [x], wrt: [x], output, scalar: output };
    expect(runner(program, [given([1, 2, 3])], gradients(output, [output, x]))([1, 2, 3])).toEqual([1, 1, 1, 1]);
  });
  it("may stand in the middle, along with what it is made of", () => {
    const middle = mul(x, x);
    const output = sum(mul(middle, x));
    const program = { inputs: [x], wrt: [x], output, scalar: output };
    const slopes = gradients(output, [middle, x]);
    expect(runner(program, [given([1, 2, 3])], slopes)([1, 2, 3])).toEqual([1, 2, 3, 3, 12, 27]);
  });
  it("comes from several outputs, each with its own weight", () => {
    const outputs = [mul(x, x), sum(x), exp(x)];
    const [slope] = reverse(outputs, [x, real(5), undefined], [x]);
    const program = { inputs: [x], wrt: [x], output: x, scalar: x };
    expect(runner(program, [given([1, 2, 3])], [slope as Node])([1, 2, 3])).toEqual([7, 13, 23]);
  });
  it("is all that is worked on", () => {
    const far = (from: Node): Node => range(50).reduce((y) => exp(y), from);
    const output = sum(mul(add(far(placeholder(2, "real", [3])), far(unary("floor", x))), exp(x)));
    const before = placeholder(3, "real", []).id;
    gradients(output, [x]);
    expect(placeholder(3, "real", []).id - before).toBeLessThan(20);
  });
});

describe("a value counted as a constant", () => {
  it("is one to every gradient", () => {
    const { first, second } = slopesAt([given([2, -3])], (x) => mul(mul(x, x), make("stop", [x], {})));
    expectSame(first, [8, 18]);
    expectSame(second, [4, -6]);
  });
});

/** x halved until it is below 1. */
const halved = (x: Node): Node => {
  const state = placeholder(0, "real", []);
  const { region } = closeRegion([state], [mul(0.5, state)]);
  const { region: condition } = closeRegion([state], [compare("greaterEqual", state, 1)]);
  return loop([x], { condition, body: region, states: 1, most: 100 })[0];
};

describe("a gradient of one's own", () => {
  it("stands for that of the value, whatever made it", () => {
    const formula = (x: Node): Node => make("custom", [halved(x), x], { reverse: (g, [at]) => [mul(g, mul(at, at))] });
    const { first, second } = slopesAt([given([6], [])], formula);
    expectSame(first, [36]);
    expectSame(second, [12]);
  });
  it("must have the operand's shape", () => {
    const x = placeholder(0, "real", [3]);
    const y = labelled("tau", () => make("custom", [x, x], { reverse: (g) => [sum(g)] }));
    expect(() => gradients(sum(y), [x])).toThrow(
      new FluvialError(
        "withGradient in tau: expected a gradient of shape [3] for operand 1, got real of shape a scalar",
      ),
    );
  });
});

describe("errors", () => {
  it("say what to do about a loop", () => {
    const x = placeholder(0, "real", []);
    const y = labelled("root", () => halved(x));
    expect(() => gradients(y, [x])).toThrow(
      new FluvialError(
        "gradient in root: a loop that ends when a condition says so has no gradient of its own; give it one with withGradient",
      ),
    );
  });
  it("say what is no scalar", () => {
    const x = placeholder(0, "real", [3]);
    expect(() => gradients(x, [x])).toThrow("gradients: expected a real scalar, got real of shape [3]");
    expect(() => gradients(compare("less", sum(x), 0), [x])).toThrow("got bool of shape a scalar");
  });
});

describe("labels", () => {
  it("are those of what the gradient is of", () => {
    const x = placeholder(0, "real", [3]);
    const made = labelled("theta", () => exp(mul(x, 2)));
    const output = labelled("y", () => sum(unary("sin", made)));
    const { id } = output;
    const after = labelled("elsewhere", () => reach(gradients(output, [x]))).filter((node) => node.id > id);
    const labels = new Set(after.filter(({ op }) => op !== "constant").map(({ label }) => label));
    expect([...labels].sort()).toEqual(["theta", "y"]);
  });
});

describe("size and time", () => {
  const chain = (length: number): { x: Node; y: Node } => {
    const x = placeholder(0, "real", [3]);
    return { x, y: sum(range(length).reduce((y, i) => (i % 2 ? unary("sin", y) : mul(y, x)), x as Node)) };
  };
  const madeBy = (f: () => readonly Node[], before: Node): number =>
    reach(f()).filter(({ id }) => id > before.id).length;

  it("grow linearly along a chain", () => {
    const counts = [1000, 10000].map((length) => {
      const { x, y } = chain(length);
      return madeBy(() => gradients(y, [x]), y) / length;
    });
    expect(Math.abs(counts[0] - counts[1])).toBeLessThan(0.05);
  });
  it("take ten times as long for ten times the chain, not a hundred times", () => {
    const [short, long] = [2000, 20000].map((length) => {
      const { x, y } = chain(length);
      const spent = range(4).map(() => {
        const before = process.cpuUsage();
        gradients(y, [x]);
        const { user, system } = process.cpuUsage(before);
        return user + system;
      });
      return Math.min(...spent);
    });
    expect(long / short).toBeLessThan(40);
  });
  it("sum what arrives at one node in a balanced order", () => {
    const x = placeholder(0, "real", []);
    const output = range(1024)
      .map((i) => mul(x, i))
      .reduce((a, b) => add(a, b));
    const [slope] = gradients(output, [x]);
    const depth = new Map<Node, number>();
    for (const node of reach([slope]))
      depth.set(node, node.op === "add" ? 1 + Math.max(...node.inputs.map((input) => depth.get(input) ?? 0)) : 0);
    expect(depth.get(slope)).toBe(10);
  });
});
