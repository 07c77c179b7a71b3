import {
  type Expr,
  type Func,
  f64,
  f64x2,
  type Local,
  load,
  type ModuleBuilder,
  op,
  returning,
  select,
  store,
} from "../assembler.ts";
import { type NutsLayout, stretchAt } from "./layout.ts";
import { add, multiply, overRows, rowAt, rowFrom, total } from "./rows.ts";
import { stretchRows } from "./stretch.ts";

const allPositive = (sums: readonly Local[]): Expr =>
  sums.map((sum): Expr => op("f64.gt", total(sum), f64(0))).reduce((a, b) => op("i32.and", a, b));

/**
 * `join(a: i32, b: i32, uniform: f64, biased: i32) → i32`: lengthens stretch a by stretch b, which follows on it, and draws its
 * proposal anew; what b holds afterwards is of no use. 1 where the whole goes straight: v·ρ > 0 at both ends of the whole, of a with
 * the first state of b, and of the last state of a with b (Betancourt 2017, appendix A.4.2, and Stan's extra checks). The
 * proposal of b is taken with probability w_b / (w_a + w_b), or min(1, w_b / w_a) where biased.
 */
export const emitJoin = (module: ModuleBuilder, layout: NutsLayout): Func =>
  module.func("join", ["i32", "i32", "f64", "i32"], "i32", (f) => {
    const [a, b, uniform, biased] = f.params;
    const v128 = (): Local => f.local("v128");
    const variances = rowAt(layout.metric.variances);
    const [left, right] = [stretchRows(a, f.local), stretchRows(b, f.local)];
    const sums = Array.from({ length: 6 }, v128);
    const [wholeFirst, wholeLast, leftFirst, leftLast, rightFirst, rightLast] = sums;
    const [whole, leftMore, rightMore, sumA, sumB, pb, pc, velocity] = Array.from({ length: 8 }, v128);
    const gather = (sum: Local, more: Expr) => sum.set(add(sum, multiply(velocity, more)));
    const criterion = overRows(f, layout.size, (pair) => {
      const velocityOf = (momentum: Expr) => velocity.set(multiply(pair.read(variances), momentum));
      return [
        sumA.set(pair.read(left.sum)),
        sumB.set(pair.read(right.sum)),
        pb.set(pair.read(rowFrom(left.last))),
        pc.set(pair.read(rowFrom(right.first))),
        whole.set(add(sumA, sumB)),
        leftMore.set(add(sumA, pc)),
        rightMore.set(add(sumB, pb)),
        pair.write(left.sum, whole),
        velocityOf(pair.read(rowFrom(left.first))),
        gather(wholeFirst, whole),
        gather(leftFirst, leftMore),
        velocityOf(pb),
        gather(rightFirst, rightMore),
        velocityOf(pc),
        gather(leftLast, leftMore),
        velocityOf(pair.read(rowFrom(right.last))),
        gather(wholeLast, whole),
        gather(rightLast, rightMore),
      ];
    });

    const [weightA, weightB, both] = Array.from({ length: 3 }, () => f.local("f64"));
    const takes = f.local("i32");
    return [
      ...left.read,
      ...right.read,
      ...sums.map((sum) => sum.set(f64x2(0))),
      criterion,
      weightA.set(load("f64", a, stretchAt.weight)),
      weightB.set(load("f64", b, stretchAt.weight)),
      both.set(op("f64.add", weightA, weightB)),
      store("f64", a, both, stretchAt.weight),
      takes.set(op("f64.lt", op("f64.mul", uniform, select(biased, weightA, both)), weightB)),
      store("i32", a, select(takes, right.proposal, left.proposal), stretchAt.proposal),
      store("i32", b, select(takes, left.proposal, right.proposal), stretchAt.proposal),
      store("i32", a, right.last, stretchAt.last),
      store("i32", b, left.last, stretchAt.last),
      returning(allPositive(sums)),
    ];
  });
