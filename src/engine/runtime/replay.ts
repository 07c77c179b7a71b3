import type { Precision } from "../../core/double.ts";
import type { HostKey } from "../../core/key.ts";
import type { NonFinite } from "../../core/within.ts";
import type { HostArray } from "../interpret/array.ts";
import { firstNonFinite } from "../interpret/firstNonFinite.ts";
import type { Prepared } from "./prepare.ts";

/**
 * Runs a loop's step once more by the reference interpreter, on the arguments that lie in the program's memory and another key, its
 * last argument but for what it captured.
 */
export const replay = (
  { graph, instance, compiled, signature }: Prepared<unknown, unknown>,
  precision: Precision,
  key: HostKey,
): NonFinite | undefined => {
  const inputs = compiled.emitted.inputs.map(
    (slot, i): HostArray => ({
      type: slot.type,
      shape: slot.shape,
      values: i === signature.length - 1 ? Int32Array.from(key) : instance.read(slot),
    }),
  );
  const found = firstNonFinite(graph, inputs, precision);
  if (!found) return undefined;
  const where = found.label === "" ? [found.op] : found.label.split(" › ");
  return { where, value: found.value };
};
