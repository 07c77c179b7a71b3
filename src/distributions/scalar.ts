import type { Key } from "../core/key.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import type { ValueSet } from "../transforms/support.ts";
import type { Distribution } from "./distribution.ts";
import { guarded, outsideSupport } from "./guarded.ts";
import { asReal, given, type ParameterSet, spread } from "./parameters.ts";

/** What makes one distribution of scalars differ from another. */
export interface ScalarFormulas<N extends string> {
  /** One independent draw per element of `shape`, over which the parameters broadcast. */
  draw(key: Key, shape: Shape, parameters: Readonly<Record<N, Tensor>>): Tensor;
  /** The log-density of x, element by element. */
  logDensity(x: Tensor, parameters: Readonly<Record<N, Tensor>>): Tensor;
  /**
   * A number where `logDensity` and its slope are finite: it stands in for x outside the support. Left out where the formula gives
   * −∞ there by itself, as on the whole real line.
   */
  readonly safe?: number;
}

/**
 * Independent scalars: a distribution of rank 0.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 * @param support made once the parameters are known to be good.
 * @throws FluvialError naming the distribution and the parameter that does not lie in its set or does not fit the others.
 */
export const scalarDistribution = <N extends string, S extends ValueSet>(
  name: string,
  parameters: Readonly<Record<N, readonly [TensorLike, ParameterSet]>>,
  shape: Shape,
  support: () => S,
  { draw, logDensity, safe }: ScalarFormulas<N>,
): Distribution & { readonly support: S } => {
  const { at, parameters: checked } = given(name, parameters);
  const full = spread(name, shape, ...(Object.keys(checked) as N[]).map((each) => checked[each].value));
  const set = support();
  return {
    name,
    rank: 0,
    shape: full,
    support: set,
    parameters: checked,
    sample: (key, batch = []) => draw(key, [...batch, ...full], at()),
    logProb: (value) => {
      const x = asReal(value);
      const known = at();
      if (safe === undefined) return logDensity(x, known);
      return guarded(set.contains(x), x, safe, (inside) => logDensity(inside, known), outsideSupport(x));
    },
  };
};
