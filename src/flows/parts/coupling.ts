import * as tf from "#tfjs";
import { fail } from "../../core/check.ts";
import { range } from "../../core/shape.ts";
import { fromHost, type Tensor } from "../../core/tensor.ts";
import { type Layer, type MlpOptions, mlp } from "../../nn/mlp.ts";
import type { Monotone } from "../../transforms/monotone/monotone.ts";
import type { Mapped } from "../../transforms/transform.ts";
import { chain } from "../chain.ts";
import { contextBeside } from "../context.ts";
import type { Flow } from "../flow.ts";
import { alternating, coupled } from "./halves.ts";

export interface CouplingOptions extends Pick<MlpOptions, "activation"> {
  readonly size: number;
  /** How many of the first coordinates stay as they are; the others move, as a network of these says. */
  readonly kept: number;
  readonly hidden: readonly number[];
  readonly monotone: Monotone;
  readonly context?: number;
  /** Whether the first coordinates move instead, and the last `kept` stay. */
  readonly swapped?: boolean;
}

/**
 * A coupling layer: y = (x_kept, m(x_moved; network(x_kept))), m an increasing map of each coordinate. Both ways cost one pass.
 * Dinh, Krueger & Bengio 2015; Dinh, Sohl-Dickstein & Bengio 2017.
 */
export const coupling = (options: CouplingOptions): Flow<readonly Layer[]> => {
  const { size, kept, hidden, monotone, context = 0, swapped = false, activation } = options;
  const moved = size - kept;
  if (!(kept >= 0 && moved >= 1))
    fail(`coupling: expected to keep 0 to ${size - 1} of ${size} coordinates, got ${kept}`);
  const outputs = moved * monotone.start.length;
  // With nothing to look at, the network looks at a 1.
  const network = mlp({ inputs: Math.max(1, kept + context), outputs, hidden, activation });
  return {
    init: network.init,
    at: (params, given = {}) => {
      const through = (x: Tensor, way: "forward" | "inverse"): Mapped => {
        const beside = contextBeside("coupling", x, given.context, context);
        const { value, logDet } = coupled(x, way, { kept, moved, swapped }, monotone, (still) => {
          const seen = [still, beside].filter((part) => part !== undefined);
          return network.at(params)(
            seen.length > 0 ? tf.concat(seen, -1) : fromHost([1], [1]).broadcastTo([...x.shape.slice(0, -1), 1]),
          );
        });
        return { value, logDet: logDet.sum(-1) };
      };
      return {
        rank: 1,
        forward: (x) => through(x, "forward"),
        inverse: (y) => through(y, "inverse"),
        domain: (shape) => shape,
      };
    },
  };
};

/** Coupling layers one after another; what stays in one moves in the next. */
export const couplings = (
  layers: number,
  options: Omit<CouplingOptions, "kept" | "swapped">,
): Flow<readonly (readonly Layer[])[]> =>
  chain(range(layers).map((i) => coupling({ ...options, ...alternating(options.size, i) })));
