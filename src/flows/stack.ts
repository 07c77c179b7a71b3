import { checkOptions, fail, showAny } from "../core/check.ts";
import type { Density, Sampler } from "../core/density.ts";
import { chain } from "./chain.ts";
import { closedFlowSpec, type FlowOf, type FlowSpec, flowSpec } from "./spec.ts";

/** A flow's name and options, which are all that a file keeps of it. */
type Named = Pick<FlowSpec, "name" | "options">;

const named = ({ name, options }: Named): Named => ({ name, options });

const checked = (flows: readonly FlowSpec[]): readonly FlowSpec[] => {
  if (!Array.isArray(flows) || flows.length === 0)
    fail("stack: expected flows: [linearFlow(), spline(), …], the first one first on the way from noise");
  flows.forEach((flow, i) => {
    if (typeof (flow as { stochastic?: unknown } | undefined)?.stochastic === "function")
      fail(
        `stack: ${flow.name} at place ${i + 1} has noise of its own, so that its density is not known: leave it out`,
      );
    if (typeof (flow as FlowOf | undefined)?.flow !== "function")
      fail(`stack: expected a flow such as maf() at place ${i + 1}, got ${showAny(flow)}`);
  });
  return flows;
};

/** Flows one after another as one. */
export interface Stack {
  /** All of them closed: the inverse of the stack is a formula too. */
  (options: { readonly flows: readonly FlowSpec<Density>[] }): FlowSpec<Density, readonly unknown[]>;
  (options: { readonly flows: readonly FlowSpec[] }): FlowSpec<Sampler, readonly unknown[]>;
}

/**
 * Flows one after another as one flow, the first one first on the way from noise: `stack({ flows: [linearFlow(), splineCoupling(), …] })`.
 * Each way costs what those of its flows cost; with a context all of them look at it. Fitted to samples, these go the way that is a formula
 * throughout, where there is one.
 * @throws FluvialError on unknown options, without flows, and where one of them is none; of `flow`, where one of them refuses the size or a
 * context.
 */
export const stack: Stack = ((options: { readonly flows: readonly FlowSpec[] }) => {
  checkOptions("stack", options ?? {}, ["flows"]);
  const flows = checked(options?.flows);
  const rates = flows.flatMap(({ rate }) => rate ?? []);
  const parts = {
    name: "stack",
    options: { flows: flows.map(named) },
    ...(rates.length > 0 && { rate: Math.min(...rates) }),
    plainBound: flows.some(({ plainBound }) => plainBound),
    flow: (size: number, context = 0) => chain(flows.map((each) => each.flow(size, context))),
  };
  if (flows.every(({ closed }) => closed)) return closedFlowSpec(parts);
  return flowSpec({ ...parts, dataGo: flows.some(({ dataGo }) => dataGo === "forward") ? "forward" : "inverse" });
}) as Stack;
