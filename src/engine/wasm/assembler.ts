/**
 * A small assembler: expressions and statements that write WebAssembly. An Expr leaves one value, a Stmt leaves nothing; both are
 * built once and may be emitted any number of times. Operand types are checked when a thing is built.
 */
export * from "./expressions.ts";
export type { Instruction, LaneInstruction, LoadKind, StoreKind, ValueType } from "./instructions.ts";
export * from "./module.ts";
export * from "./statements.ts";
