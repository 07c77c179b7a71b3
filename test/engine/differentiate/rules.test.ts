import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../../src/core/double.ts";
import { range } from "../../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../../src/core/tensor.ts";
import { gradients } from "../../../src/engine/differentiate/gradients.ts";
import { reach } from "../../../src/engine/graph/traverse.ts";
import { gradient } from "../../../src/ops/gradient.ts";
import { type Case, cases } from "./cases.ts";
import { slopeAtZero } from "./differences.ts";
import { pointOf, programOf, projectedSlopes, runner, weights } from "./program.ts";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

/** Well within the distance from every point of the cases to where its formula is not smooth. */
const step = 0.01;

/** What rounding and extrapolation leave, of slope and value. */
const tolerance = 1e-10;

const largest = (x: ArrayLike<number>): number => Array.from(x).reduce((most, y) => Math.max(most, Math.abs(y)), 0);

/** Every element by itself. */
const axes = (size: number): Float64Array[] =>
  range(size).map((i) => Float64Array.from({ length: size }, (_, k) => Number(i === k)));
/** Some directions in which all elements move. */
const mixed = (size: number): Float64Array[] => [11, 12, 13].map((seed) => weights(size, seed));

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0);

/** First order in every element, second and third in some directions. */
const checkOrders = ({ at, formula, orders = 3 }: Case): void => {
  const program = programOf(at, formula);
  const point = pointOf(at);
  let { scalar } = program;
  for (let order = 1; order <= orders; order++) {
    const slopes = gradients(scalar, program.wrt);
    const value = runner(program, at, [scalar]);
    const got = runner(program, at, slopes)(point);
    const size = 1 + Math.abs(value(point)[0]);
    for (const [i, direction] of (order === 1 ? axes : mixed)(point.length).entries()) {
      const want = slopeAtZero((t) => value(point.map((x, k) => x + t * direction[k]))[0], step);
      const error = Math.abs(dot(got, direction) - want) / (size + Math.abs(want));
      expect(error, `order ${order}, direction ${i}: ${dot(got, direction)} for ${want}`).toBeLessThan(tolerance);
    }
    if (order < orders) scalar = projectedSlopes(slopes);
  }
};

/** Against the tape, at first order. */
const checkEager = ({ at, formula }: Case, eager: (...inputs: Tensor[]) => Tensor): void => {
  const program = programOf(at, formula);
  const got = runner(program, at, gradients(program.scalar, program.wrt))(pointOf(at));
  const want = tf.tidy(() =>
    inDouble(() => {
      const indices = at.map(({ values, shape }) => tf.tensor([...values], [...shape], "int32"));
      const isReal = at.map(({ type }) => type === "real");
      const scalar = (reals: readonly Tensor[]): Scalar => {
        let used = 0;
        const made = eager(...at.map((_, i) => (isReal[i] ? reals[used++] : indices[i])));
        return made
          .mul(fromHost(weights(made.size, 1), made.shape))
          .sum()
          .asScalar();
      };
      const leaves = at.filter((_, i) => isReal[i]).map(({ values, shape }) => fromHost(values, shape));
      return gradient(scalar)(leaves).gradient.flatMap((x) => [...hostValues(x)]);
    }),
  );
  const scale = 1 + largest(want);
  for (const [i, slope] of want.entries())
    expect(Math.abs(got[i] - slope) / scale, `element ${i}: ${got[i]} for ${slope}`).toBeLessThan(1e-13);
};

for (const [op, list] of Object.entries(cases))
  if (!("testedIn" in list))
    describe(op, () => {
      for (const [i, each] of list.entries()) {
        const name = list.length > 1 ? `, case ${i + 1}` : "";
        it(`stands in its formula${name}`, () => {
          expect(reach([programOf(each.at, each.formula).output]).map((node) => node.op)).toContain(op);
        });
        it(`has the slopes that differences show${name}`, () => checkOrders(each));
        const { eager } = each;
        if (eager) it(`has the slope of the tape${name}`, () => checkEager(each, eager));
      }
    });
