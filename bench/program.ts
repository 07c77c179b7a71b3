import type { Scalar, Tensor } from "fluvial";
import { reach } from "../src/engine/graph/traverse.ts";
import { optimise } from "../src/engine/passes/pipeline.ts";
import { hasRelaxedSimd } from "../src/engine/runtime/simd.ts";
import type { Signature } from "../src/engine/trace/recording.ts";
import { trace } from "../src/engine/trace/trace.ts";
import { emitProgram } from "../src/engine/wasm/program.ts";
import { gradient } from "../src/ops/gradient.ts";
import { cpuSeconds } from "./figure.ts";

const width = 8;

/** What a deep density is made of, by turns: elementwise chains, and a sum over all elements that goes back into each. */
const layers: readonly ((x: Tensor, i: number) => Tensor)[] = [
  (x, i) => x.mul(1 + i / 16).tanh(),
  (x, i) => x.sub(i / 16).exp(),
  (x) => x.sub(x.square().sum().log1p()),
];

/** A scalar function of x [8], so many layers deep. */
const density =
  (depth: number, variant: number) =>
  (x: Tensor): Scalar => {
    let at = x.mul(variant);
    for (let i = 0; i < depth; i++) at = layers[i % layers.length](at, i);
    return at.sum() as Scalar;
  };

/** CPU milliseconds of each part of compiling, those of all of it on the clock, and what came out. */
export interface Phases {
  /** Of the graph as traced, reverse sweep included. */
  readonly nodes: number;
  readonly trace: number;
  readonly passes: number;
  readonly emit: number;
  readonly webAssembly: number;
  readonly wall: number;
  readonly bytes: number;
}

const timed = <T>(f: () => T): readonly [T, number] => {
  const began = cpuSeconds();
  const value = f();
  return [value, 1_000 * (cpuSeconds() - began)];
};

/** Compiles value and gradient of the deep density. `variant` keeps one program apart from the next of the same size. */
export const compilePhases = (depth: number, variant: number): Phases => {
  const began = performance.now();
  const signature: Signature[] = [{ type: "real", shape: [width] }];
  const [traced, traceTime] = timed(() =>
    trace("f64", signature, ([x]) => {
      const { value, gradient: slope } = gradient(density(depth, variant))(x);
      return [value, slope];
    }),
  );
  const [graph, passes] = timed(() => optimise(traced.graph, "f64"));
  const [{ bytes }, emit] = timed(() => emitProgram(graph, { precision: "f64", relaxed: hasRelaxedSimd() }));
  const [, webAssembly] = timed(() => new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
  const wall = performance.now() - began;
  const nodes = reach(traced.graph.outputs).length;
  return { nodes, trace: traceTime, passes, emit, webAssembly, wall, bytes: bytes.length };
};

/** The depth whose graph comes nearest to so many nodes. */
export const depthFor = (nodes: number): number => {
  const count = (depth: number): number => compilePhases(depth, 1).nodes;
  const turn = count(2 * layers.length) - count(layers.length);
  const near = Math.max(0, Math.round((nodes - count(0)) / turn) * layers.length);
  return nodes < turn ? Math.min(near, 1) : near;
};
