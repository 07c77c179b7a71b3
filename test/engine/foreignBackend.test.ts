import { condition, elbo, fit, hostValues, model, normal, sample } from "fluvial";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as tf from "#tfjs";

/** A backend that holds values but knows no kernel, as a stranger's that is active when Fluvial runs. */
class Hollow extends tf.KernelBackend {
  private readonly held = new WeakMap<object, tf.BackendValues>();
  override write(values: tf.BackendValues): object {
    const id = {};
    this.held.set(id, values);
    return id;
  }
  override move(id: object, values: tf.BackendValues): void {
    this.held.set(id, values);
  }
  override readSync(id: object): tf.BackendValues {
    return this.held.get(id) as tf.BackendValues;
  }
  override numDataIds(): number {
    return 0;
  }
  override disposeData(): boolean {
    return true;
  }
  override incRef(): void {}
  override refCount(): number {
    return 1;
  }
  override dispose(): void {}
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
}

beforeAll(async () => {
  tf.registerBackend("hollow", () => new Hollow());
  await tf.setBackend("hollow");
});
afterAll(async () => {
  await tf.setBackend("cpu");
  tf.removeBackend("hollow");
});

const line = model("n")
  .latent("m", normal(0, 2))
  .observe("y", ({ m }) => normal(m, 1), ["N"]);

it("binds data, fits and samples on the cpu, and gives the active backend back", async () => {
  const y = tf.tensor1d([1, 2, 3]);
  expect([...hostValues(y)]).toEqual([1, 2, 3]);
  expect(condition(line, { y }).size).toBe(1);
  expect(tf.getBackend()).toBe("hollow");
  const fitted = await fit(line, { y }, { steps: 20, draws: 100, objective: elbo({ draws: 1 }) });
  expect(fitted.elbo).toBeLessThan(0);
  const chains = await sample(line, { y }, { chains: 1, warmup: 20, draws: 20 });
  expect(chains.draws.m.values).toHaveLength(20);
  expect(tf.getBackend()).toBe("hollow");
});
