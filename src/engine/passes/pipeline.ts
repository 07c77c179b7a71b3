import type { Precision } from "../../core/double.ts";
import type { Graph } from "../graph/node.ts";
import { simplify } from "./simplify.ts";

/** What a program goes through between differentiation and scheduling. */
export const optimise = (graph: Graph, precision: Precision): Graph => simplify(graph, precision);
