import * as tf from "#tfjs";
import { leaves } from "./tree.ts";

/** Runs f and disposes of every tensor made meanwhile, save those in its result, which may be of any type. */
export const tidy = <T>(f: () => T): T => {
  let made: { readonly value: T } | undefined;
  tf.tidy(() => {
    made = { value: f() };
    return leaves(made.value);
  });
  return (made as { readonly value: T }).value;
};
