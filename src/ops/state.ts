import { fail } from "../core/check.ts";
import { sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { leaves, paths } from "../core/tree.ts";

const quoted = (path: string): string => (path === "" ? "" : ` "${path}"`);
const show = ({ dtype, shape }: Tensor): string => `${dtype} of shape ${showShape(shape)}`;

/**
 * The tensors of a tree in the order of another one of the same form, matched by their paths.
 * @param what names the tree in messages: "scan: state".
 * @throws FluvialError where a tensor is missing, is one too many, or has another shape or dtype.
 */
export const matching = (what: string, form: unknown, tree: unknown): Tensor[] => {
  const wanted = leaves(form);
  const names = paths(form);
  const given = leaves(tree);
  const at = new Map(paths(tree).map((path, i) => [path, given[i]]));
  for (const path of at.keys())
    if (!names.includes(path))
      fail(`${what}${quoted(path)} is new: expected the tensors ${names.join(", ") || "none"}`);
  return names.map((path, i) => {
    const tensor = at.get(path) ?? fail(`${what}${quoted(path)} is missing`);
    if (tensor.dtype !== wanted[i].dtype || !sameShape(tensor.shape, wanted[i].shape))
      fail(`${what}${quoted(path)}: expected ${show(wanted[i])} as before, got ${show(tensor)}`);
    return tensor;
  });
};
