import { arrays } from "./functions/arrays.ts";
import { elementwise } from "./functions/elementwise.ts";
import type { TextFunction } from "./functions/function.ts";
import { linearAlgebra } from "./functions/linearAlgebra.ts";
import { reductions } from "./functions/reductions.ts";
import type { Item } from "./item.ts";

const functions: Readonly<Record<string, TextFunction>> = {
  ...elementwise,
  ...reductions,
  ...arrays,
  ...linearAlgebra,
};

export const functionNames: readonly string[] = Object.keys(functions);

/** The function of this name, if there is one. */
export const functionOf = (name: string): TextFunction | undefined =>
  Object.hasOwn(functions, name) ? functions[name] : undefined;

export type { Item, TextFunction };
