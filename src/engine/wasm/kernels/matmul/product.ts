/**
 * Products of matrices of any size and layout: k by blocks, the columns of b by panels that are copied where they do not lie ready,
 * the rows of a by tiles. After Goto & van de Geijn 2008, "Anatomy of high-performance matrix multiplication", with a read in place.
 */
import { type Func, forLoop, i32, ifElse, op, run, select } from "../../assembler.ts";
import type { Context } from "../../context.ts";
import { below, difference, product, sum, vectorsOf } from "../access.ts";
import { shared } from "../shared.ts";
import { packFunction } from "./pack.ts";
import { edgeFunction, type TileShape, tileFunction } from "./tile.ts";

/** How far k goes in one block: a panel of b stays in the first-level cache beside the rows of a. */
export const blockOfK = 512;

/** Scratch that a product needs: a panel, then a tile. */
export const productScratch = ({ rows, vectors }: TileShape, k: number): number =>
  16 * vectors * (Math.min(k, blockOfK) + rows);

/**
 * product(a, aRow, aStep, b, bStep, bColumn, c, m, n, k, scratch): c [m, n] = a [m, k] b [k, n], c row by row without gaps; strides
 * in bytes; m, n and k at least 1. Panels are read where they lie if b's columns are neighbours and there are few rows.
 */
export const productFunction = (context: Context, shape: TileShape): Func => {
  const { module, precision, relaxed } = context;
  return shared(module, `product${shape.rows}x${shape.vectors}`, (name) => {
    const tile = tileFunction(context, shape);
    const pack = packFunction(context, shape.vectors);
    const edge = edgeFunction(context);
    const { lanes, width } = vectorsOf(precision, relaxed);
    const [wide, panelStep] = [shape.vectors * lanes, shape.vectors * 16];
    return module.func(name, Array(11).fill("i32"), undefined, (f) => {
      const [a, aRow, aStep, b, bStep, bColumn, c, m, n, k, scratch] = f.params;
      const [i, j, k0, steps, columns, rows, cRow, corner, panel, step, from, target, rest] = Array.from(
        { length: 13 },
        () => f.local("i32"),
      );
      const least = (x: typeof i, bound: number) => select(below(x, i32(bound)), x, i32(bound));
      const inPlace = op(
        "i32.and",
        op("i32.and", op("i32.eq", bColumn, i32(width)), op("i32.eq", columns, i32(wide))),
        op("i32.le_s", m, i32(2 * shape.rows)),
      );
      const choosePanel = ifElse(
        inPlace,
        [panel.set(from), step.set(bStep)],
        [run(pack, scratch, from, bStep, bColumn, columns, steps), panel.set(scratch), step.set(i32(panelStep))],
      );
      const whole = op("i32.and", op("i32.eq", rows, i32(shape.rows)), op("i32.eq", columns, i32(wide)));
      const left = sum(sum(a, product(i, aRow)), product(k0, aStep));
      const oneTile = [
        rest.set(difference(m, i)),
        rows.set(least(rest, shape.rows)),
        target.set(sum(sum(c, product(i, cRow)), product(j, i32(width)))),
        ifElse(
          whole,
          [run(tile, left, aRow, aStep, rows, panel, step, target, cRow, steps, k0)],
          [
            run(tile, left, aRow, aStep, rows, panel, step, corner, i32(panelStep), steps, i32(0)),
            run(edge, corner, i32(panelStep), target, cRow, rows, columns, k0),
          ],
        ),
      ];
      const onePanel = [
        rest.set(difference(n, j)),
        columns.set(least(rest, wide)),
        from.set(sum(sum(b, product(j, bColumn)), product(k0, bStep))),
        choosePanel,
        forLoop(i, i32(0), m, shape.rows, oneTile),
      ];
      return [
        cRow.set(product(n, i32(width))),
        corner.set(sum(scratch, product(least(k, blockOfK), i32(panelStep)))),
        forLoop(k0, i32(0), k, blockOfK, [
          rest.set(difference(k, k0)),
          steps.set(least(rest, blockOfK)),
          forLoop(j, i32(0), n, wide, onePanel),
        ]),
      ];
    });
  });
};
