import { logJoint, normal, real } from "fluvial";

/**
 * A banana: x is standard normal and y follows x² − 1 with sd ½, as a raw log joint density. Its mean is (0, 0), its sds are 1 and
 * 1.5 (the variance of y is 2 + ¼), and log Z is 0. After Haario, Saksman & Tamminen 1999.
 */
export default logJoint({ name: "banana", latent: { x: real(), y: real() } }, ({ x, y }) =>
  normal(0, 1)
    .logProb(x)
    .add(normal(x.square().sub(1), 0.5).logProb(y)),
);

export const data = {};
