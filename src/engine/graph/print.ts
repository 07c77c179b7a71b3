import { sizeOf } from "../../core/shape.ts";
import type { Graph, Node } from "./node.ts";
import type { Region } from "./ops.ts";
import { reach } from "./traverse.ts";

/** Constants up to this many elements are printed; of larger ones, a digest. */
const short = 8;

/** 64 bits that tell the values from others: two hashes like FNV-1a; each word goes in by a bijection, so that no difference fades. */
const digest = (values: Float64Array): string => {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  let [a, b] = [0x811c9dc5, 0x2545f491];
  for (const word of words) {
    a = Math.imul(a ^ word, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b ^ word, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return [a, b].map((hash) => (hash >>> 0).toString(16).padStart(8, "0")).join("");
};

const isRegion = (x: unknown): x is Region => typeof x === "object" && x !== null && "inputs" in x && "outputs" in x;

const showNumber = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

const showAttribute = (value: unknown, indent: string, labels: boolean): string => {
  if (value instanceof Float64Array)
    return value.length <= short ? `[${Array.from(value, showNumber).join(", ")}]` : `#${digest(value)}`;
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  if (isRegion(value)) return `{\n${lines(value, `${indent}    `, labels).join("\n")}\n${indent}  }`;
  return typeof value === "function" ? "ƒ" : String(value);
};

const showType = ({ type, shape }: Node): string => `${type}[${shape.join(", ")}]`;

const lines = ({ inputs, outputs }: Region, indent: string, labels: boolean): string[] => {
  const names = new Map<Node, string>();
  const name = (node: Node): string => names.get(node) ?? "?";
  for (const input of inputs) names.set(input, `%${names.size}`);
  const body = reach(outputs)
    .filter((node) => !names.has(node))
    .map((node) => {
      names.set(node, `%${names.size}`);
      const attributes = Object.entries(node.attributes).map(
        ([key, value]) => ` ${key}=${showAttribute(value, indent, labels)}`,
      );
      const label = node.label === "" || !labels ? "" : `   # ${node.label}`;
      const operands = node.inputs.map((input) => ` ${name(input)}`).join("");
      return `${indent}${name(node)} = ${node.op}${operands}${attributes.join("")} : ${showType(node)}${label}`;
    });
  const head = `${indent}(${inputs.map((input) => `${name(input)}: ${showType(input)}`).join(", ")}) →`;
  return [head, ...body, `${indent}→ ${outputs.map(name).join(", ")}`];
};

/** A program as text, one node a line: equal texts are equal programs, large constants judged by a digest. */
export const print = ({ inputs, outputs }: Graph, { labels = true }: { readonly labels?: boolean } = {}): string =>
  lines({ inputs, outputs }, "", labels).join("\n");

/** How much a program holds, for messages. */
export const elementsOf = ({ outputs }: Graph): number =>
  reach(outputs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
