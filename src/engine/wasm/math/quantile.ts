import type { Expr } from "../assembler.ts";
import { type Code, horner, type Vector } from "./vector.ts";

interface Ratio {
  readonly over: readonly number[];
  readonly under: readonly number[];
}
const centre: Ratio = {
  over: [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
    67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  under: [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
    28729.085735721942674, 5226.495278852854561,
  ],
};
const shoulder: Ratio = {
  over: [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
  ],
  under: [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
    0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
};
const tail: Ratio = {
  over: [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
    0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  under: [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
  ],
};

const ratio = (v: Vector, { over, under }: Ratio, x: Expr): Expr => v.div(horner(v, over, x), horner(v, under, x));

/** Φ⁻¹(p). Wichura 1988, algorithm AS 241 (PPND16), in the order of operations of src/core/special/normal.ts. */
export const normalQuantile = (v: Vector, code: Code, p: Expr): Expr => {
  const q = code.keep(v.sub(p, v.constant(0.5)));
  const x = code.keep(v.sub(v.constant(0.180625), v.mul(q, q)));
  const result = code.keep(v.mul(q, ratio(v, centre, x)));
  const isFar = v.gt(v.abs(q), v.constant(0.425));
  code.when(v.any(isFar), (inner) => {
    const smaller = inner.keep(v.choose(v.lt(q, v.constant(0)), p, v.sub(v.constant(1), p)));
    const r = inner.keep(v.sqrt(v.neg(inner.call("log", smaller))));
    const size = inner.keep(ratio(v, shoulder, inner.keep(v.sub(r, v.constant(1.6)))));
    const isTail = v.gt(r, v.constant(5));
    inner.when(v.any(isTail), (last) => {
      const far = ratio(v, tail, last.keep(v.sub(r, v.constant(5))));
      last.stmts.push(size.set(v.choose(isTail, far, size)));
      last.stmts.push(size.set(v.choose(v.eq(smaller, v.constant(0)), v.constant(Number.POSITIVE_INFINITY), size)));
    });
    const signed = v.choose(v.lt(q, v.constant(0)), v.neg(size), size);
    inner.stmts.push(result.set(v.choose(isFar, signed, result)));
  });
  return result;
};
