import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import banana, { data as noData } from "../../models/banana.ts";
import eightSchools, { data } from "../../models/eight-schools-noncentred.ts";
import type { Density, Guide, GuideSpec, Sampler, Target } from "../../src/core/density.ts";
import { inDouble } from "../../src/core/double.ts";
import { hostKey, type Key } from "../../src/core/key.ts";
import { fromHost, hostValues, type Scalar } from "../../src/core/tensor.ts";
import { disposeTree, leaves, mapTree } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import type { FlowGuideParameters } from "../../src/flows/guide.ts";
import { langevin } from "../../src/flows/langevin.ts";
import { annealedHamiltonian, hamiltonian, meanField } from "../../src/guides/index.ts";
import { fit } from "../../src/infer/fit.ts";
import { real } from "../../src/model/declared.ts";
import { logJoint } from "../../src/model/logJoint.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal, split } from "../../src/ops/random.ts";
import { standardLogProb } from "../../src/ops/standardNormal.ts";
import { differences } from "../ops/accuracy.ts";
import { mean, mostZ, varianceAbout } from "../ops/statistics.ts";
import { afterLeapfrog, afterRefresh, type Spread } from "./linearDynamics.ts";
import { moved } from "./table.ts";

type Parameters = FlowGuideParameters<Record<string, unknown>>;

const compiled = () => compiledEngine("f64", { warn: (message) => expect.unreachable(message) });
const onTarget = (spec: GuideSpec<Sampler, never>, target: Target): Guide<Parameters, Sampler> =>
  spec.for(target) as Guide<Parameters, Sampler>;
const spec = (made: unknown): GuideSpec<Sampler, never> => made as GuideSpec<Sampler, never>;

const errorOf = (draws: ArrayLike<number>): number => Math.sqrt(varianceAbout(draws, mean(draws)) / draws.length);
const zOf = (draws: ArrayLike<number>, truth: number): number => Math.abs(mean(draws) - truth) / errorOf(draws);

/** A normalised density of two unlike normals. */
const twoNormals: Target = {
  size: 2,
  logDensity: (z) => {
    const one = standardLogProb(z.sub(0.9).div(0.7)).sub(2 * Math.log(0.7));
    const other = standardLogProb(z.add(0.6).div(0.5)).sub(2 * Math.log(0.5));
    return tf.stack([one.add(Math.log(0.6)), other.add(Math.log(0.4))]).logSumExp(0);
  },
  constrain: (z) => z,
};

/** log p(z) − logQ over draws, compiled. */
const logWeightsOf = (
  guide: Guide<Parameters, Sampler>,
  target: Target,
  params: (at: Parameters) => Parameters,
  count: number,
): Float64Array => {
  const engine = compiled();
  const seed = engine.compile(() => key(hostKey(4)))();
  const made = engine.compile((from: Key) => {
    const { value, logQ } = guide.at(params(guide.init(key(hostKey(1))))).draw(from, [count]);
    return target.logDensity(value).sub(logQ);
  })(seed);
  const numbers = hostValues(made).slice();
  disposeTree([seed, made]);
  return numbers;
};

const kinds: readonly (readonly [string, GuideSpec<Sampler, never>])[] = [
  ["hamiltonian", spec(hamiltonian({ steps: 3, leapfrog: 2, hidden: 5 }))],
  ["hamiltonian, to the target at once", spec(hamiltonian({ steps: 2, leapfrog: 3, hidden: 5, annealed: false }))],
  ["hamiltonian, keeping momenta", spec(hamiltonian({ steps: 3, leapfrog: 2, hidden: 5, kept: 0.7 }))],
  ["annealed Hamiltonian", spec(annealedHamiltonian({ steps: 5 }))],
  ["annealed Hamiltonian, momenta drawn anew", spec(annealedHamiltonian({ steps: 5, kept: 0 }))],
];

describe.each(kinds)("%s", (_, kind) => {
  it("has weights of mean 1 on a normalised target, and a bound below 0", () => {
    const wider = (at: Parameters): Parameters => ({
      ...moved(at, 0.15, 3),
      loc: at.loc,
      logScale: tf.fill([2], Math.log(1.1)),
    });
    const logWeights = logWeightsOf(onTarget(kind, twoNormals), twoNormals, wider, 20_000);
    expect(zOf(logWeights.map(Math.exp), 1)).toBeLessThan(mostZ);
    expect(mean(logWeights) / errorOf(logWeights)).toBeLessThan(-5);
  });
});

describe.each([
  ["hamiltonian", spec(hamiltonian({ steps: 0 }))],
  ["annealedHamiltonian", spec(annealedHamiltonian({ steps: 0 }))],
])("%s without steps", (_, kind) => {
  it("is its base, a mean-field guide, with its bound", () =>
    inDouble(() =>
      tf.tidy(() => {
        const guide = onTarget(kind, twoNormals);
        const params = moved(guide.init(key(hostKey(1))), 0.5, 2);
        const { value, logQ } = guide.at(params).draw(key(hostKey(3)), [50]);
        const base = meanField().for(twoNormals) as Guide<unknown, Density>;
        const density = base.at({ loc: params.loc, logScale: params.logScale });
        expect(hostValues(density.logProb(value).sub(logQ).abs().max())[0]).toBeLessThan(1e-13);
        const noise = normal(split(key(hostKey(3)), 2)[0], [50, 2]);
        expect([...hostValues(value)]).toEqual([...hostValues(noise.mul(params.logScale.exp()).add(params.loc))]);
        expect(leaves(params).reduce((sum, leaf) => sum + leaf.size, 0)).toBe(4);
      }),
    ));
});

describe("the annealed guide on a normal target", () => {
  /** N(centre, 0.9²) times e^logZ. */
  const [centre, sd, logZ] = [0.7, 0.9, 0.4];
  const target: Target = {
    size: 1,
    logDensity: (z) => standardLogProb(z.sub(centre).div(sd)).add(logZ - Math.log(sd)),
    constrain: (z) => z,
  };
  const scale = 0.5;

  /** The bound, from covariances: base N(centre, scale²), steps of ε = 0.3 on N^(1 − β) p^β. */
  const boundOf = (betas: readonly number[], leapfrog: number, kept: number): number => {
    let at: Spread = [1, 0, 1];
    let logRatio = 0;
    for (const [i, beta] of betas.entries()) {
      const pull = 1 - beta + (beta * scale * scale) / (sd * sd);
      const step = { length: 0.3, leapfrog, pull, kept: i === betas.length - 1 ? 0 : kept };
      const ended = afterLeapfrog(step, at);
      // log N(v there) − log N(v where the leapfrog steps began), in the mean.
      logRatio += -0.5 * (ended[2] - at[2]);
      at = afterRefresh(step, ended);
    }
    const expectedLogP = -0.5 * ((at[0] * scale * scale) / (sd * sd)) - Math.log(sd) + logZ;
    return expectedLogP + 0.5 + Math.log(scale) + logRatio;
  };

  it.each([
    [1, 1, 0],
    [3, 2, 0],
    [4, 1, 0.9],
    [8, 2, 0.6],
  ])("has the bound of the closed form: %i steps of %i, keeping %d", (steps, leapfrog, kept) => {
    const guide = onTarget(spec(annealedHamiltonian({ steps, leapfrog, stepSize: 0.3, kept })), target);
    const betas = Array.from({ length: steps }, (_, i) => (i + 1) / steps);
    const want = boundOf(betas, leapfrog, kept);
    const terms = logWeightsOf(
      guide,
      target,
      (at) => ({ ...at, loc: fromHost([centre], [1]), logScale: fromHost([Math.log(scale)], [1]) }),
      40_000,
    );
    expect(zOf(terms, want)).toBeLessThan(mostZ);
    // It is a bound, and with several steps better than that of the base and told from it by the draws; one step gains nothing.
    const base = logZ + 0.5 - 0.5 * (scale / sd) ** 2 + Math.log(scale / sd);
    expect(want).toBeLessThan(logZ);
    if (steps > 1) {
      expect(want).toBeGreaterThan(base);
      expect(zOf(terms, base)).toBeGreaterThan(mostZ);
    }
  });
});

/** Neither quadratic nor symmetric, and its coordinates hang together. */
const bent: Target = {
  size: 2,
  logDensity: (z) => {
    const [x, y] = tf.split(z, 2, -1).map((part) => part.squeeze([-1]));
    return x.sin().mul(1.5).sub(x.square().mul(0.5)).sub(y.sub(x.square()).square().mul(0.4)).sub(y.exp().mul(0.2));
  },
  constrain: (z) => z,
};

describe("second-order slopes", () => {
  it.each([
    ["hamiltonian", spec(hamiltonian({ steps: 2, leapfrog: 2, hidden: 2 }))],
    ["hamiltonian, keeping momenta", spec(hamiltonian({ steps: 2, leapfrog: 1, hidden: 2, kept: 0.6 }))],
    ["annealed Hamiltonian", spec(annealedHamiltonian({ steps: 3, leapfrog: 2 }))],
    ["langevin", spec(langevin({ steps: 3, hidden: 2 }))],
  ])("are those of finite differences in every parameter, in both engines: %s", (_, kind) => {
    const guide = onTarget(kind, bent);
    const loss = (at: Parameters, from: Key): Scalar => {
      const { value, logQ } = guide.at(at).draw(from, [3]);
      return bent.logDensity(value).sub(logQ).mean() as Scalar;
    };
    const [first, second] = [compiled(), eagerEngine("f64")].map((engine) => {
      const inputs = engine.compile(() => ({
        at: moved(guide.init(key(hostKey(1))), 0.3, 5),
        from: key(hostKey(3)),
      }))();
      const slope = engine.compile(
        ({ at, from }: typeof inputs) => gradient((p: Parameters) => loss(p, from))(at).gradient,
      )(inputs);
      const own = leaves(slope).flatMap((leaf) => [...hostValues(leaf)]);
      const numbers = leaves(inputs.at).flatMap((leaf) => [...hostValues(leaf)]);
      const value = engine.compile((given: typeof inputs) => loss(given.at, given.from));
      const bound = (x: ArrayLike<number>): number => {
        let taken = 0;
        const at = mapTree(inputs.at, (leaf) => {
          const part = Array.from(x).slice(taken, taken + leaf.size);
          taken += leaf.size;
          return engine.tensor(part, leaf.shape);
        });
        const made = value({ at, from: inputs.from });
        const [result] = hostValues(made);
        disposeTree([at, made]);
        return result;
      };
      disposeTree(slope);
      return { own, numbers, bound, dispose: () => disposeTree(inputs) };
    });
    const want = differences(first.bound, first.numbers, 3e-4);
    expect(want.length).toBe(first.own.length);
    want.forEach((difference, i) => {
      // Where a number is near 0, the step is small and rounding counts: 1e-16 / 3e-7.
      expect(Math.abs(first.own[i] - difference) / (1 + Math.abs(difference)), `number ${i}`).toBeLessThan(2e-8);
      expect(Math.abs(second.own[i] - first.own[i]) / (1 + Math.abs(difference)), `number ${i}`).toBeLessThan(1e-10);
    });
    // None of them is without effect.
    expect(first.own.filter((slope) => slope === 0)).toEqual([]);
    first.dispose();
    second.dispose();
  });
});

describe("fits", () => {
  const evidence = -31.3113;

  it.each([
    ["hamiltonian", hamiltonian(), 8 * (1 + 13)],
    ["annealedHamiltonian", annealedHamiltonian(), 8 * (1 + 9)],
  ])("of eight schools by %s come nearer to the evidence than the base, and not above it", async (_, guide, cost) => {
    const [base, fitted] = [
      await fit(eightSchools, data, { seed: 1, steps: 1_500 }),
      await fit(eightSchools, data, { seed: 1, steps: 1_500, guide: guide as GuideSpec }),
    ];
    expect(fitted.elbo - 4 * fitted.elboSe).toBeLessThan(evidence);
    expect(fitted.elbo - base.elbo).toBeGreaterThan(4 * Math.hypot(fitted.elboSe, base.elboSe) + 0.05);
    expect(fitted.gradients).toBe(fitted.steps * cost);
    expect(base.gradients).toBe(base.steps * 8);
  });

  it("of a banana are safe where leapfrog steps would be flung away", async () => {
    const guide = annealedHamiltonian({ steps: 4, leapfrog: 3 });
    const fitted = await fit(banana, noData, { seed: 1, steps: 1_500, guide });
    expect(fitted.history.every(Number.isFinite)).toBe(true);
    expect(fitted.elbo).toBeGreaterThan(-0.4);
    expect(fitted.elbo).toBeLessThan(4 * fitted.elboSe);
  });

  it("come nearer to correlated normals with more steps", async () => {
    const rho = 0.9;
    const pair = logJoint({ name: "pair", latent: { x: real(), y: real() } }, ({ x, y }) => {
      const off = y.sub(x.mul(rho)).div(Math.sqrt(1 - rho * rho));
      const norm = Math.log(2 * Math.PI) + 0.5 * Math.log(1 - rho * rho);
      return x.square().add(off.square()).mul(-0.5).sub(norm);
    });
    const bounds: number[] = [0.5 * Math.log(1 - rho * rho)];
    for (const steps of [1, 3, 9]) {
      const fitted = await fit(pair, {}, { seed: 2, guide: annealedHamiltonian({ steps }), steps: 1_500 });
      expect(fitted.elbo).toBeLessThan(4 * fitted.elboSe);
      expect(fitted.elbo - bounds[bounds.length - 1]).toBeGreaterThan(4 * fitted.elboSe);
      bounds.push(fitted.elbo);
    }
  });
});

describe("refusals", () => {
  it.each([
    [{ steps: -1 }, /hamiltonian: steps/],
    [{ leapfrog: 0 }, /hamiltonian: leapfrog/],
    [{ stepSize: 1 }, /stepSize: expected a number between 0 and 1, got 1/],
    [{ kept: 1 }, /kept: expected a number between 0 and 1, got 1/],
    [{ annealed: 1 }, /annealed: expected true or false/],
    [{ activation: "relu" }, /activation: expected "tanh"/],
    [{ layers: 3 }, /layers/],
  ])("hamiltonian: %j", (options, message) => {
    expect(() => hamiltonian(options as never)).toThrow(message);
  });

  it.each([
    [{ kept: -0.1 }, /annealed-hamiltonian: kept/],
    [{ annealed: true }, /annealed-hamiltonian: .*annealed/],
  ])("annealedHamiltonian: %j", (options, message) => {
    expect(() => annealedHamiltonian(options as never)).toThrow(message);
  });
});
