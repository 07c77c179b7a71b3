import type { Node } from "../graph/node.ts";

/** The inputs of a kernel: by name, and in order where they come as a list. */
export interface Inputs {
  readonly named: Readonly<Record<string, Node>>;
  readonly list: readonly Node[];
}

/** A kernel in terms of the graph. */
export type Lowering = (inputs: Inputs, attributes: unknown) => Node | readonly Node[];

/** A lowering that says the type of its attributes; the kernel's caller vouches for it. */
export const lower =
  <A>(f: (inputs: Readonly<Record<string, Node>>, attributes: A) => Node | readonly Node[]): Lowering =>
  ({ named }, attributes) =>
    f(named, attributes as A);

/** The same for a kernel whose inputs are a list. */
export const lowerList =
  <A>(f: (inputs: readonly Node[], attributes: A) => Node | readonly Node[]): Lowering =>
  ({ list }, attributes) =>
    f(list, attributes as A);

/** Lowerings by the name of the kernel. */
export type Lowerings = Readonly<Record<string, Lowering>>;
