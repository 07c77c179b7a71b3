import { doLoop, type Func, i32, ifElse, load, op, select, store } from "../../assembler.ts";
import type { Context } from "../../context.ts";
import { below, plus, product, sum, vectorsOf } from "../access.ts";
import { shared } from "../shared.ts";

/**
 * pack(to, b, bStep, bColumn, columns, k): k rows of b, `vectors` vectors wide, one after another; past the last of `columns` it
 * repeats that column. Strides in bytes, k and columns at least 1.
 */
export const packFunction = ({ module, precision, relaxed }: Context, vectors: number): Func =>
  shared(module, `pack${vectors}`, (name) =>
    module.func(name, Array(6).fill("i32"), undefined, (f) => {
      const [to, b, bStep, bColumn, columns, k] = f.params;
      const { lanes, width } = vectorsOf(precision, relaxed);
      const [j, i, source, target] = Array.from({ length: 4 }, () => f.local("i32"));
      const wide = vectors * lanes;
      const neighbours = op("i32.and", op("i32.eq", bColumn, i32(width)), op("i32.eq", columns, i32(wide)));
      const copyRows = doLoop(
        [
          ...Array.from({ length: vectors }, (_, v) => store("v128", to, load("v128", b, 16 * v), 16 * v)),
          to.set(plus(to, 16 * vectors)),
          b.set(sum(b, bStep)),
        ],
        k.tee(plus(k, -1)),
      );
      const copyColumn = [
        source.set(sum(b, product(bColumn, select(below(j, columns), j, plus(columns, -1))))),
        target.set(sum(to, product(j, i32(width)))),
        i.set(k),
        doLoop(
          [
            store(precision, target, load(precision, source)),
            source.set(sum(source, bStep)),
            target.set(plus(target, 16 * vectors)),
          ],
          i.tee(plus(i, -1)),
        ),
        j.set(plus(j, 1)),
      ];
      return [ifElse(neighbours, [copyRows], [j.set(i32(0)), doLoop(copyColumn, below(j, i32(wide)))])];
    }),
  );
