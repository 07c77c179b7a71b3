/** What is known of a program while it is being traced. */
import * as tf from "#tfjs";
import { fail } from "../../core/check.ts";
import type { Precision } from "../../core/double.ts";
import { sameShape } from "../../core/shape.ts";
import type { Shape, Tensor } from "../../core/tensor.ts";
import { type Node, placeholder } from "../graph/node.ts";
import { type CannotTrace, cannotTrace } from "./cannotTrace.ts";
import { dtypeOf, typeOf } from "./types.ts";

/** What an argument is. */
export interface Signature {
  readonly type: Node["type"];
  readonly shape: Shape;
}

/** A tensor from outside that the program closes over: an input of it. */
export interface Captured {
  readonly tensor: Tensor;
  readonly node: Node<"input">;
  /** Its values were rounded to single precision when they were made. */
  readonly single: boolean;
}

/** What a tensor stands for. */
export interface Entry {
  node: Node;
  references: number;
}

export interface Recording {
  readonly precision: Precision;
  /** How many inputs are arguments; captured tensors come after them. */
  readonly arguments: number;
  /** The id of the last tensor that was made before. */
  readonly youngest: number;
  readonly entries: Map<object, Entry>;
  readonly captured: Captured[];
  readonly entryOfCaptured: Map<Captured, Entry>;
  /** Tensors that no scope disposes of. */
  readonly kept: Tensor[];
  /** A value was asked for by a promise, which nobody may be waiting for. */
  refused: CannotTrace | undefined;
  /** A rule of a custom gradient is being looked at. */
  inRule: boolean;
}

export const newRecording = (precision: Precision, count: number): Recording => ({
  precision,
  arguments: count,
  youngest: (tf.engine() as unknown as { nextTensorId(): number }).nextTensorId(),
  entries: new Map(),
  captured: [],
  entryOfCaptured: new Map(),
  kept: [],
  refused: undefined,
  inRule: false,
});

let active: Recording | undefined;

export const isRecording = (): boolean => active !== undefined;

export const recording = (): Recording =>
  active ?? fail("trace: a tensor of a traced function is used after the function has returned");

export const whileRecording = <T>(given: Recording, f: () => T): T => {
  active = given;
  try {
    return f();
  } finally {
    active = undefined;
  }
};

/** Tells that a tensor stands for a node. */
export const enter = (node: Node): object => {
  const dataId = {};
  recording().entries.set(dataId, { node, references: 1 });
  return dataId;
};

export const tensorOf = (node: Node): Tensor => {
  const info = { dataId: enter(node), shape: [...node.shape], dtype: dtypeOf[node.type] };
  return tf.engine().makeTensorFromTensorInfo(info as tf.TensorInfo);
};

interface Source {
  readonly data?: { get(dataId: object): { readonly values?: unknown } | undefined };
}

/** Whether values of another backend are single precision: those of the cpu backend need not be. */
const isSingle = ({ dataId, dtype }: Tensor): boolean => {
  if (dtype !== "float32") return false;
  const source: unknown = tf.engine().state.tensorInfo.get(dataId)?.backend;
  if (source !== tf.findBackend("cpu")) return true;
  return !((source as Source).data?.get(dataId)?.values instanceof Float64Array);
};

export const refuseVariable = (name: string): never =>
  fail(
    `the tf.Variable "${name}" is used in a compiled function, which would keep the value that it has now: pass it as an argument`,
  );

/** Peeked at where it lies, not moved: a kernel would take it from its own backend. */
const capture = (tensor: Tensor): Entry => {
  if (tensor instanceof tf.Variable) refuseVariable(tensor.name);
  if (!tf.engine().state.tensorInfo.has(tensor.dataId))
    fail("a tensor that has been disposed of is used: nothing made in one call may be kept for the next");
  const { captured, entryOfCaptured, arguments: first, youngest } = recording();
  if (tensor.id > youngest) cannotTrace("another backend is used");
  const known = captured.find(
    ({ tensor: other }) =>
      other.dataId === tensor.dataId && other.dtype === tensor.dtype && sameShape(other.shape, tensor.shape),
  );
  if (known) return entryOfCaptured.get(known) as Entry;
  const node = placeholder(first + captured.length, typeOf(tensor.dtype), [...tensor.shape]);
  const made: Captured = { tensor, node, single: isSingle(tensor) };
  const entry: Entry = { node, references: 1 };
  captured.push(made);
  entryOfCaptured.set(made, entry);
  return entry;
};

/** What a tensor stands for; one from outside becomes an input. */
export const entryOf = (tensor: Tensor): Entry => recording().entries.get(tensor.dataId) ?? capture(tensor);

export const nodeOf = (tensor: Tensor): Node => entryOf(tensor).node;

/** Runs f while tensors stand for other nodes. */
export const withNodes = <T>(tensors: readonly Tensor[], nodes: readonly Node[], f: () => T): T => {
  const entries = tensors.map(entryOf);
  const before = entries.map(({ node }) => node);
  const put = (all: readonly Node[]): void => {
    for (const [i, entry] of entries.entries()) entry.node = all[i];
  };
  put(nodes);
  try {
    return f();
  } finally {
    put(before);
  }
};

/** Whether it was made by the function that is being traced. */
export const isOwn = (tensor: Tensor): boolean => recording().entries.has(tensor.dataId);
