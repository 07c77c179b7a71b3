import type { Precision } from "../core/double.ts";
import type { HostGradient } from "../core/hostGradient.ts";
import type { HostKey, Key } from "../core/key.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import type { NonFinite } from "../core/within.ts";
import type { CompiledNuts } from "./compiledNuts.ts";
import type { PortableGradient } from "./portable.ts";

/** What a step reports: scalars by name. */
export type Metrics = Readonly<Record<string, Scalar>>;

/** A step whose state stays inside the engine. */
export interface Loop<S, X, Y extends Metrics> {
  /** Runs `steps` steps on one input; each metric comes back as one value per step, in order. */
  run(input: X, steps: number): { readonly [N in keyof Y]: Float64Array };
  /**
   * Tries the step that comes `ahead` steps from now on the present state, leaves all as it is, and names the part of the program in
   * which a value first ceased to be finite. Undefined where all are finite, and where the engine cannot tell.
   */
  firstNonFinite?(input: X, ahead: number): NonFinite | undefined;
  /** A copy of the state, which the caller disposes of. */
  read(): S;
  /** Puts a state in place of the present one; the tensors stay the caller's. */
  write(state: S): void;
  dispose(): void;
}

/** A gradient over plain arrays. */
export interface Gradient extends HostGradient {
  /** The no-U-turn sampler of this gradient, where the engine compiles it too. */
  readonly nuts?: CompiledNuts;
  /** This gradient for another thread, where the engine compiles it: a copy, data included. */
  portable?(): PortableGradient;
  dispose(): void;
}

/** The gradient of a density over data that may be exchanged. */
export interface DataGradient<D> extends Gradient {
  /**
   * Puts other data in place of the present ones, of the same form and shapes: the program stays.
   * @throws FluvialError where a form, type or shape differs, naming it.
   */
  bind(data: D): void;
}

/** How programs run. Nothing outside engine/ knows which one it is. */
export interface Engine {
  readonly name: string;
  /** Of every real number in its programs. */
  readonly precision: Precision;
  /**
   * The function, run by the engine: its results are the caller's to dispose of, everything between is gone. It may depend on its
   * arguments alone: what else it closes over may be taken as it was at the first call.
   */
  compile<A extends readonly unknown[], B>(f: (...args: A) => B): (...args: A) => B;
  /**
   * A loop over a pure step. Step number i gets the key that `fold` makes of `key` and i, counted from `from`: a loop written
   * with an earlier state and count goes on with the same bits.
   */
  loop<S, X, Y extends Metrics>(
    step: (state: S, input: X, key: Key) => readonly [S, Y],
    init: S,
    key: HostKey,
    from?: number,
  ): Loop<S, X, Y>;
  /** Value and gradient of a scalar function of z [size]. */
  gradient<D>(logDensity: (z: Tensor, data: D) => Scalar, size: number, data: D): DataGradient<D>;
  /** A tensor in this engine's precision, from host values. */
  tensor(values: ArrayLike<number>, shape: readonly number[], type?: "real" | "int"): Tensor;
}
