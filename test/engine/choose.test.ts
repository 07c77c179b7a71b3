import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultEngine } from "../../src/engine/choose.ts";

describe("the engine that runs where none is named", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each([
    [undefined, /^compiled-f64/],
    ["", /^compiled-f64/],
    ["compiled", /^compiled-f64/],
    ["eager", /^eager-f64$/],
  ])("with FLUVIAL_ENGINE %s", (value, name) => {
    vi.stubEnv("FLUVIAL_ENGINE", value);
    expect(defaultEngine().name).toMatch(name);
  });

  it("takes a precision", () => {
    vi.stubEnv("FLUVIAL_ENGINE", "eager");
    expect(defaultEngine("f32").name).toBe("eager-f32");
  });

  it("refuses another name, and says which there are", () => {
    vi.stubEnv("FLUVIAL_ENGINE", "toString");
    expect(() => defaultEngine()).toThrow('FLUVIAL_ENGINE: expected "compiled" or "eager", got "toString"');
  });
});
