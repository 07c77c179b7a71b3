import { fail } from "../../core/check.ts";
import type { Gradient } from "../engine.ts";
import type { GradientPlaces, PortableGradient } from "../portable.ts";
import { compiledNuts, type NutsExports } from "../wasm/nuts/host.ts";
import { type Instance, instantiate } from "./instance.ts";

/** The gradient that a running program computes. */
export const gradientOn = (instance: Instance, places: GradientPlaces): Gradient => {
  const { size } = places;
  const position = instance.view(places.position);
  const slope = instance.view(places.slope);
  const evaluate = instance.exports.gradient;
  return {
    size,
    nuts: places.nuts && compiledNuts(instance.exports as unknown as NutsExports, instance.memory, places.nuts),
    at: (from, out) => {
      if (from.length !== size || out.length !== size)
        fail(`gradient: expected arrays of ${size} numbers, got ${from.length} and ${out.length}`);
      for (let i = 0; i < size; i++) position[i] = from[i];
      const value = evaluate();
      for (let i = 0; i < size; i++) out[i] = slope[i];
      return value;
    },
    dispose: () => {},
  };
};

const pageBytes = 65536;

/** Runs a gradient that came from another thread, in memory of its own: the same numbers, bit by bit. */
export const startGradient = ({ module, precision, memory, ...places }: PortableGradient): Gradient => {
  const instance = instantiate(module, { pages: memory.length / pageBytes, constants: [] }, precision);
  new Uint8Array(instance.memory.buffer).set(memory);
  return gradientOn(instance, places);
};
