import { type Expr, f64, i32, load, op, type Stmt, store } from "../assembler.ts";
import { type AveragingField, averagingFields, type NutsLayout, type StateField, stateFields } from "./layout.ts";

/** A number at a known address. */
export interface Field {
  readonly get: Expr;
  set(value: Expr): Stmt;
}

/** The double at an address. */
export const fieldAt = (address: number): Field => ({
  get: load("f64", i32(0), address),
  set: (value) => store("f64", i32(0), value, address),
});

export const stateField = ({ state }: NutsLayout, name: StateField): Field =>
  fieldAt(state.fields + 8 * stateFields.indexOf(name));

export const averagingField = ({ averaging }: NutsLayout, name: AveragingField): Field =>
  fieldAt(averaging + 8 * averagingFields.indexOf(name));

/** Lets `field` grow by `value`. */
export const increase = (field: Field, value: Expr = f64(1)): Stmt => field.set(op("f64.add", field.get, value));
