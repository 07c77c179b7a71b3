/** What the engine makes of a function, stage by stage, as docs/engine.md shows it. */
import type { Key } from "../../src/core/key.ts";
import type { Scalar, Tensor } from "../../src/core/tensor.ts";
import { leaves, rebuild } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { Graph, Node } from "../../src/engine/graph/ops.ts";
import { print } from "../../src/engine/graph/print.ts";
import { reach } from "../../src/engine/graph/traverse.ts";
import { hoist } from "../../src/engine/passes/hoist.ts";
import { optimise } from "../../src/engine/passes/pipeline.ts";
import { signatureOf } from "../../src/engine/runtime/tensors.ts";
import { type Schedule, schedule } from "../../src/engine/schedule/schedule.ts";
import { trace } from "../../src/engine/trace/trace.ts";
import { emitProgram, type Slot } from "../../src/engine/wasm/program.ts";
import { gradient } from "../../src/ops/gradient.ts";

type Density<D> = (z: Tensor, data: D) => Scalar;

const scheduleOf = ({ inputs, outputs }: Graph): Schedule => schedule(reach([...inputs, ...outputs]), outputs);

/** The names that a printed program gives to its nodes. */
const namesIn = ({ inputs, outputs }: Graph): Map<Node, string> => {
  const names = new Map<Node, string>();
  for (const node of [...inputs, ...reach(outputs)]) if (!names.has(node)) names.set(node, `%${names.size}`);
  return names;
};

const showSteps = (graph: Graph): string => {
  const names = namesIn(graph);
  const { steps, stored } = scheduleOf(graph);
  return steps
    .map((step, i) => {
      const nodes = step.kind === "loop" ? step.nodes : [step.node];
      const over = step.kind === "loop" ? `loop [${step.shape}]` : "kernel";
      const kept = nodes.filter((node) => stored.has(node)).map((node) => names.get(node));
      const list = nodes.map((node) => `${names.get(node)} ${node.op}`).join(", ");
      return `${i}  ${over}: ${list}${kept.length > 0 ? `  → memory: ${kept.join(" ")}` : ""}`;
    })
    .join("\n");
};

const showSlot = (name: string, { offset, type, shape }: Slot): string =>
  `${String(offset).padStart(4)}  ${name} ${type}[${shape}]`;

const graphOf = <D>(logDensity: Density<D>, size: number, data: D): Graph =>
  trace("f64", [{ type: "real", shape: [size] }, ...leaves(data).map(signatureOf)], ([z, ...given]) => {
    const { value, gradient: slopes } = gradient((x: Tensor) => logDensity(x, rebuild(data, given)))(z);
    return [value, slopes];
  }).graph;

/** The parts of a compiled gradient, by the names that docs/engine.md gives to its blocks. */
export const stagesOfGradient = <D>(logDensity: Density<D>, size: number, data: D): Record<string, string> => {
  const graph = optimise(graphOf(logDensity, size, data), "f64");
  const fixed = (index: number): boolean => index > 0;
  const { setup, main } = hoist(graph, fixed);
  const { inputs, outputs } = emitProgram(graph, { precision: "f64", relaxed: false, fixed });
  const compiled = compiledEngine().gradient(logDensity, size, data).portable?.();
  if (!compiled) throw new Error("the gradient has no module");
  const { module, memory } = compiled;
  return {
    setup: print(setup, { labels: false }),
    step: print(main, { labels: false }),
    schedule: showSteps(main),
    memory: [
      ...inputs.map((slot, i) => showSlot(["z", "y"][i], slot)),
      ...outputs.map((slot, i) => showSlot(["value", "slope"][i], slot)),
    ].join("\n"),
    module: [
      `imports  ${WebAssembly.Module.imports(module)
        .map(({ module: from, name }) => `${from}.${name}`)
        .join(" ")}`,
      `exports  ${WebAssembly.Module.exports(module)
        .map(({ name }) => name)
        .join(" ")}`,
      `memory   ${memory.length / 65_536} page(s) of 64 KiB`,
    ].join("\n"),
  };
};

/** A training step as it is traced, and which of its inputs seldom change. */
interface TracedStep {
  readonly graph: Graph;
  readonly fixed: (index: number) => boolean;
}

/** An engine like another that tells of the programs of loops as they are traced. */
const telling = (engine: Engine, tell: (step: TracedStep) => void): Engine => ({
  ...engine,
  loop: (step, init, key, from) => {
    const loop = engine.loop(step, init, key, from);
    const states = leaves(init).map(signatureOf);
    return {
      ...loop,
      run: (input, steps) => {
        const given = leaves(input).map(signatureOf);
        const keyed = { type: "int" as const, shape: [2] };
        const { graph } = trace(engine.precision, [...states, ...given, keyed], (all) => {
          const inputs = rebuild(input, all.slice(states.length, -1));
          return step(rebuild(init, all.slice(0, states.length)), inputs, all[all.length - 1] as Key);
        });
        tell({ graph, fixed: (index) => index >= states.length && index < states.length + given.length });
        return loop.run(input, steps);
      },
    };
  },
});

/** What a training step of a fit comes to, in numbers. `run` fits with the engine that it is given. */
export const stagesOfFit = async (engine: Engine, run: (engine: Engine) => Promise<unknown>): Promise<string> => {
  let first: TracedStep | undefined;
  await run(
    telling(engine, (step) => {
      first ??= step;
    }),
  );
  if (!first) throw new Error("the fit ran no loop");
  const { graph, fixed } = first;
  const simple = optimise(graph, engine.precision);
  const { setup, main } = hoist(simple, fixed);
  const { steps } = scheduleOf(main);
  const ops = (graph: Graph): number => reach(graph.outputs).length;
  const loops = steps.filter(({ kind }) => kind === "loop").length;
  const kernels = steps.flatMap((step) => (step.kind === "kernel" ? [step.node.op] : []));
  return [
    `traced      ${ops(graph)} nodes, ${graph.inputs.length} inputs, ${graph.outputs.length} outputs`,
    `simplified  ${ops(simple)} nodes`,
    `hoisted     ${setup.outputs.length} results of setup`,
    `scheduled   ${loops} loops, and the kernels ${kernels.join(" ")}`,
  ].join("\n");
};
