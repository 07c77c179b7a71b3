import { normalQuantile } from "../../core/special/normal.ts";
import { threefry, unit52 } from "../../core/threefry.ts";

/** Uniforms in (0, 1) for one element of a draw: as many as its rejection steps ask for. */
export type Uniforms = () => number;

/** Clear of the purposes of core's threefry: element i reads the counters (i, 16), (i, 17), …, whatever the others do. */
const firstCounter = 16;

export const elementUniforms = (high: number, low: number, element: number): Uniforms => {
  const words = new Int32Array(2);
  let counter = firstCounter;
  return () => {
    threefry(high, low, element, counter++, words);
    return unit52(words[0], words[1]);
  };
};

export const nextNormal = (uniforms: Uniforms): number => normalQuantile(uniforms());
