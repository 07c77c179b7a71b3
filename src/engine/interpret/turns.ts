/** Scans and loops turn by turn. */
import type { Node } from "../graph/node.ts";
import type { Region } from "../graph/ops.ts";
import { type Interpreter, run, turnArguments, turnsOf } from "./run.ts";

export type RegionNode = Node<"scan"> | Node<"loop">;

export const isRegionNode = (node: Node): node is RegionNode => node.op === "scan" || node.op === "loop";

export interface Turns<V> {
  readonly body: Region;
  readonly carries: number;
  readonly slices: number;
  /** In the order in which they are run: the arguments of the body, and the place in the sequences that they come from. */
  readonly turns: readonly { readonly place: number; readonly args: readonly V[] }[];
}

const scanTurns = <V>(interpreter: Interpreter<V>, node: Node<"scan">, operands: readonly V[]): Turns<V> => {
  const { body, carries, slices } = node.attributes;
  let states = operands.slice(0, carries);
  const turns = turnsOf(node).map((place) => {
    const args = turnArguments(interpreter, node, operands, states, place);
    states = run(interpreter, body, args).slice(0, carries);
    return { place, args };
  });
  return { body, carries, slices, turns };
};

const loopTurns = <V>(interpreter: Interpreter<V>, node: Node<"loop">, operands: readonly V[]): Turns<V> => {
  const { body, condition, states: carries, most } = node.attributes;
  const turns: { place: number; args: readonly V[] }[] = [];
  let args = operands;
  for (let place = 0; place < most && interpreter.isTrue(run(interpreter, condition, args)[0]); place++) {
    turns.push({ place, args });
    args = [...run(interpreter, body, args), ...operands.slice(carries)];
  }
  return { body, carries, slices: 0, turns };
};

export const turnsFrom = <V>(interpreter: Interpreter<V>, node: RegionNode, operands: readonly V[]): Turns<V> =>
  node.op === "scan"
    ? scanTurns(interpreter, node as Node<"scan">, operands)
    : loopTurns(interpreter, node as Node<"loop">, operands);
