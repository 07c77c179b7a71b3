import { and, compare, int, reshape, select, spread } from "../graph/build.ts";
import { make, type Node } from "../graph/node.ts";
import { flat, type Rules, slopes } from "./rule.ts";

/** Which updates of a scatterAdd land, in the updates' shape. */
const landing = ({ inputs: [updates, indices], attributes }: Node<"scatterAdd">): Node => {
  const { axis, batch, length } = attributes;
  const inside = and(compare("greaterEqual", indices, int(0)), compare("less", indices, int(length)));
  const after = updates.shape.length - axis - (indices.shape.length - batch);
  const aligned = [
    ...indices.shape.slice(0, batch),
    ...Array(axis - batch).fill(1),
    ...indices.shape.slice(batch),
    ...Array(after).fill(1),
  ];
  return spread(reshape(inside, aligned), updates.shape);
};

export const indexingRules: Rules<"gather" | "scatterAdd" | "argMax" | "argMin"> = {
  gather: slopes((g, { inputs: [x, indices], attributes: { axis, batch } }) =>
    make("scatterAdd", [g, indices], { axis, batch, length: x.shape[axis] }),
  ),
  // An update that lands nowhere has no slope; gather would give it NaN.
  scatterAdd: slopes((g, node) => {
    const { axis, batch } = node.attributes;
    return select(landing(node), make("gather", [g, node.inputs[1]], { axis, batch }), 0);
  }),
  argMax: flat,
  argMin: flat,
};
