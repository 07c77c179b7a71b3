import type { Key } from "./key.ts";

/** Things of kind T, indexed by learnable parameters P and a context C. Parameters are plain data. */
export interface Family<P, T, C extends readonly unknown[] = []> {
  init(key: Key): P;
  at(params: P, ...context: C): T;
}
