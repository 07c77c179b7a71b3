import * as tf from "#tfjs";
import { onBackend } from "../../core/backend.ts";
import { fail } from "../../core/check.ts";
import { type Precision, withBuffers } from "../../core/double.ts";
import type { Tensor } from "../../core/tensor.ts";
import { whileTracing } from "../../core/tracing.ts";
import { leaves } from "../../core/tree.ts";
import { type Graph, type Node, placeholder } from "../graph/node.ts";
import { print } from "../graph/print.ts";
import { backendName, ensureBackend } from "./backend.ts";
import { cannotTrace } from "./cannotTrace.ts";
import { refuseDifference } from "./difference.ts";
import {
  type Captured,
  isRecording,
  newRecording,
  nodeOf,
  type Recording,
  type Signature,
  tensorOf,
  whileRecording,
} from "./recording.ts";
import { regions } from "./regions.ts";
import { withSeam } from "./seam.ts";

export type { Captured, Signature } from "./recording.ts";

/** A function as a graph. */
export interface Traced<T> {
  /** Inputs: the arguments, then what is captured, in order. Outputs: the tensors of the result, in the order of `leaves`. */
  readonly graph: Graph;
  /** The result with tensors that have been disposed of: `rebuild(form, tensors)` puts others in their place. */
  readonly form: T;
  /** Tensors from outside, left where they are. */
  readonly captured: readonly Captured[];
}

/** Disposes of what no scope disposed of: kept tensors, saved ones, variables. */
const clean = ({ kept, entries }: Recording, variables: ReadonlySet<string>): void => {
  const { state, registeredVariables } = tf.engine();
  for (const [name, variable] of Object.entries(registeredVariables)) if (!variables.has(name)) variable.dispose();
  for (const tensor of kept) if (!tensor.isDisposed && entries.has(tensor.dataId)) tensor.dispose();
  for (const dataId of entries.keys()) if (state.tensorInfo.delete(dataId)) state.numDataBuffers--;
};

const record = <T>(given: Recording, f: () => T): T => {
  const variables = new Set(Object.keys(tf.engine().registeredVariables));
  ensureBackend();
  return onBackend(backendName, () =>
    withBuffers(given.precision, () =>
      whileTracing(regions, () =>
        whileRecording(given, () =>
          withSeam(() => {
            try {
              let made: { readonly value: T } | undefined;
              tf.tidy(() => {
                made = { value: f() };
              });
              return (made as unknown as { readonly value: T }).value;
            } finally {
              clean(given, variables);
            }
          }),
        ),
      ),
    ),
  );
};

/**
 * Runs f once on tensors that have no values, and gives what it did as a graph. Literals are kept in the given precision.
 * Gradients inside f, ours and those of tfjs, are formed on the graph. Neither tensors nor backend are left changed, also where f
 * throws.
 * @param signature type and shape of each argument.
 * @param f from the arguments to a tree of tensors.
 * @throws CannotTrace where f reads a value or uses an op that has no compiled form; FluvialError where it uses a tf.Variable from
 * outside.
 */
export const trace = <T>(
  precision: Precision,
  signature: readonly Signature[],
  f: (inputs: Tensor[]) => T,
): Traced<T> => {
  if (isRecording()) fail("trace: a function is being traced already");
  const given = newRecording(precision, signature.length);
  const inputs = signature.map(({ type, shape }, i) => placeholder(i, type, shape));
  const { form, outputs } = record(given, () => {
    const form = f(inputs.map(tensorOf));
    if (form instanceof Promise) {
      form.catch(() => {});
      cannotTrace("the function is asynchronous");
    }
    if (given.refused) throw given.refused;
    const outputs: Node[] = leaves(form).map(nodeOf);
    return { form, outputs };
  });
  const { captured } = given;
  return { graph: { inputs: [...inputs, ...captured.map(({ node }) => node)], outputs }, form, captured };
};

/**
 * As `trace`, which it does twice: what depends on more than the arguments and what is captured comes out differently.
 * @throws FluvialError where f draws random numbers, or otherwise makes another program the second time, naming the place.
 */
export const traceTwice = <T>(
  precision: Precision,
  signature: readonly Signature[],
  f: (inputs: Tensor[]) => T,
): Traced<T> => {
  const first = trace(precision, signature, f);
  const second = trace(precision, signature, f);
  if (print(first.graph) !== print(second.graph)) refuseDifference(first.graph, second.graph);
  return first;
};
