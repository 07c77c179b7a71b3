/** The functions of the host that compiled programs may call: rare special functions and draws that need rejection. */
import { polygamma } from "../../core/special/polygamma.ts";
import { specialFunctions } from "../../core/special/rare.ts";
import { binomialDraw, poissonDraw } from "../../ops/sampling/counts.ts";
import { gammaDraw, logGammaDraw } from "../../ops/sampling/gamma.ts";
import { elementUniforms } from "../../ops/sampling/uniforms.ts";
import { intFunctions, scalarFunctions } from "../interpret/scalar.ts";

type HostFunction = (...args: number[]) => number;

const draws: Readonly<Record<string, HostFunction>> = {
  gammaDraw: (k0, k1, element, a) => gammaDraw(a, elementUniforms(k0, k1, element)),
  logGammaDraw: (k0, k1, element, a) => logGammaDraw(a, elementUniforms(k0, k1, element)),
  poissonDraw: (k0, k1, element, rate) => poissonDraw(rate, elementUniforms(k0, k1, element)),
  binomialDraw: (k0, k1, element, count, probability) =>
    binomialDraw(count, probability, elementUniforms(k0, k1, element)),
};

const special: Readonly<Record<string, HostFunction>> = Object.fromEntries(
  Object.entries(specialFunctions).map(([name, { value }]) => [`special.${name}`, value]),
);

/** By name. `polygamma` takes its order first. */
export const hostFunctions: Readonly<Record<string, HostFunction>> = {
  ...scalarFunctions,
  ...draws,
  ...special,
  "int.pow": intFunctions.pow,
  "int.mod": intFunctions.mod,
  toInt: (x) => x,
  polygamma: (n, x) => polygamma(n, x),
};
