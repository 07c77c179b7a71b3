/** The example that docs/engine.md works through: its code, and what each stage makes of it. */
import { compiledEngine, condition, gradient, model, normal, type Scalar, showProgram, type Tensor } from "fluvial";

export const threePoints = model("three points")
  .latent("mu", normal(0, 5))
  .observe("y", ({ mu }) => normal(mu, 2), ["n"]);

const engine = compiledEngine();
export const conditioned = condition(threePoints, { y: [1, 2, 4] });
export const data = conditioned.tensors();
const z = engine.tensor([0], [conditioned.size]);

const slope = (at: Tensor, given: typeof data) => {
  const { value, gradient: slopes } = gradient((x: Tensor) => conditioned.at(given).logDensity(x) as Scalar)(at);
  return [value, slopes];
};

export const traced: string = showProgram(slope, [z, data], { simplified: false });
export const simplified: string = showProgram(slope, [z, data]);
