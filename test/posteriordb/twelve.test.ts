/** Every posterior by default settings, five seeds, against the reference draws of posteriordb v1.0. */
import { afterAll, describe, expect, it } from "vitest";
import { posteriors } from "../../models/posteriordb/index.ts";
import { type Agreement, agreement } from "../../src/compare/agreement.ts";
import { sample } from "../../src/infer/sample.ts";
import { dataFor } from "./published.ts";
import { dataFolder, hasReferences, referenceDraws } from "./reference.ts";

const seeds = [1, 2, 3, 4, 5];

const meanSquare = (zs: readonly number[]): number => zs.reduce((sum, z) => sum + z * z, 0) / zs.length;
const show = ({ name, statistic, value, reference, z }: Agreement): string =>
  `${statistic} of ${name}: ${value} beside ${reference}, z ${z.toFixed(2)}`;

const all: number[] = [];

it.skipIf(hasReferences())(`no posteriors in ${dataFolder}: nothing to hold the sampler against`, () => {});

describe.skipIf(!hasReferences())("posteriordb", () => {
  it.each(Object.entries(posteriors))("%s", async (posterior, model) => {
    const reference = referenceDraws(posterior);
    const zs: number[] = [];
    for (const seed of seeds) {
      const chains = await sample(model, dataFor(model, posterior) as never, { seed });
      const held = agreement(chains.draws as never, reference);
      const worst = held.reduce((a, b) => (Math.abs(b.z) > Math.abs(a.z) ? b : a));
      expect(Math.abs(worst.z), `seed ${seed}: ${show(worst)}`).toBeLessThan(4.5);
      for (const { name, rhat } of chains.rows) if (rhat !== undefined) expect(rhat, name).toBeLessThan(1.01);
      // Eight schools has up to 3 of 4,000, and none at a target of 0.95: docs/posteriordb.md; the others have none.
      expect(chains.divergences).toBeLessThanOrEqual(posterior.startsWith("eight_schools") ? 20 : 0);
      zs.push(...held.map(({ z }) => z));
    }
    // Five runs share one reference, and the statistics of one run hang together: blocks of five runs of a right program gave 0.36 to 1.6.
    expect(meanSquare(zs)).toBeGreaterThan(0.25);
    expect(meanSquare(zs)).toBeLessThan(2.25);
    all.push(...zs);
  });

  afterAll(() => {
    if (all.length < 1000) return;
    expect(meanSquare(all)).toBeGreaterThan(0.8);
    expect(meanSquare(all)).toBeLessThan(1.25);
  });
});
