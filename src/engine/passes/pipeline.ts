import type { Precision } from "../../core/double.ts";
import type { Graph } from "../graph/node.ts";
import { shareExponentials } from "./share.ts";
import { simplify } from "./simplify.ts";

/** What a program goes through between differentiation and scheduling. In single precision an exponential is too cheap to share. */
export const optimise = (graph: Graph, precision: Precision): Graph => {
  const simple = simplify(graph, precision);
  return precision === "f64" ? shareExponentials(simple) : simple;
};
