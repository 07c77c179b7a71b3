/**
 * The four energies of Rezende & Mohamed 2015, table 1, with Σ relu(|z_i| − 6)² added to each, without which U2 to U4 have no finite integral.
 */
import type { Tensor } from "fluvial";
import { logAddExp } from "fluvial";
import { bump, onPlane, radius, square, type TestDensity } from "./density.ts";
import { accepted, drawing, onCircles, type Stream } from "./stream.ts";

/** Beyond this distance from 0, in either direction, the energies rise. */
const edge = 6;

/** relu(|x| − 6)². */
const beyond = (x: Tensor): Tensor => x.abs().sub(edge).relu().square();

const beyondAt = (x: number): number => Math.max(0, Math.abs(x) - edge) ** 2;

/** sin(2π x / 4). */
const wave = (x: Tensor): Tensor => x.mul(Math.PI / 2).sin();

const waveAt = (x: number): number => Math.sin((Math.PI / 2) * x);

interface Energy extends Pick<TestDensity, "logZ" | "mean" | "sd"> {
  readonly name: string;
  /** −U without what rises beyond the edge. */
  readonly minusU: (x: Tensor, y: Tensor) => Tensor;
  /** A point of the whole. */
  readonly draw: (stream: Stream) => readonly [number, number];
}

const energy = ({ name, minusU, draw, ...known }: Energy): TestDensity => ({
  model: onPlane(name, (x, y) => minusU(x, y).sub(beyond(x)).sub(beyond(y))),
  size: 2,
  bounds: name === "U1" ? square(4) : square(7),
  ...known,
  sample: drawing(2, draw),
  source: `Rezende & Mohamed 2015, table 1: ${name}, with Σ relu(|z_i| − 6)² added`,
});

/** Uniform between the edges, and beyond them as exp(−(|x| − 6)²). */
const onLine = ({ uniform, normal }: Stream): number => {
  const [inside, outside] = [2 * edge, Math.sqrt(Math.PI)];
  if (uniform() * (inside + outside) < inside) return edge * (2 * uniform() - 1);
  const far = normal() / Math.SQRT2;
  return far + Math.sign(far) * edge;
};

/** x on the line and y normal around one of several curves of x, each as likely as its width; `beyond` of y is left to a coin. */
const alongCurves = (curves: readonly { readonly at: (x: number) => number; readonly width: number }[]) => {
  const total = curves.reduce((sum, { width }) => sum + width, 0);
  const pick = (share: number) => {
    let left = share * total;
    return (
      curves.find(({ width }) => {
        left -= width;
        return left < 0;
      }) ?? curves[0]
    );
  };
  return accepted(
    (stream): readonly [number, number] => {
      const x = onLine(stream);
      const { at, width } = pick(stream.uniform());
      return [x, at(x) + width * stream.normal()];
    },
    ([, y]) => Math.exp(-beyondAt(y)),
  );
};

/** The ring by itself; the two bumps, which are at most 1.01 together, are left to a coin. */
const onHalves = accepted(
  onCircles([2], 0.4, 6),
  ([x]) => (Math.exp(-0.5 * ((x - 2) / 0.6) ** 2) + Math.exp(-0.5 * ((x + 2) / 0.6) ** 2)) / 1.01,
);

/** Two halves of a ring of radius 2, to the left and to the right. */
export const u1: TestDensity = energy({
  name: "U1",
  logZ: 1.877501626,
  mean: [0, 0],
  sd: [1.817553741, 1.18121879],
  minusU: (x, y) => bump(radius(x, y), 2, 0.4).add(logAddExp(bump(x, 2, 0.6), bump(x, -2, 0.6))),
  draw: onHalves,
});

/** A sine wave. */
export const u2: TestDensity = energy({
  name: "U2",
  logZ: 2.625318301,
  mean: [0, 0],
  sd: [4.003042091, 0.80903831],
  minusU: (x, y) => bump(y, wave(x), 0.4),
  draw: alongCurves([{ at: waveAt, width: 0.4 }]),
});

/** A sine wave, a part of which is double. */
export const u3: TestDensity = energy({
  name: "U3",
  logZ: 3.184934089,
  mean: [0, -0.163802723],
  sd: [4.003042091, 0.852977091],
  minusU: (x, y) => {
    const apart = bump(x, 1, 0.6).exp().mul(3);
    return logAddExp(bump(y, wave(x), 0.35), bump(y, wave(x).sub(apart), 0.35));
  },
  draw: alongCurves([
    { at: waveAt, width: 0.35 },
    { at: (x) => waveAt(x) - 3 * Math.exp(-0.5 * ((x - 1) / 0.6) ** 2), width: 0.35 },
  ]),
});

/** A sine wave that splits in two. */
export const u4: TestDensity = energy({
  name: "U4",
  logZ: 3.25392696,
  mean: [0, -0.598347817],
  sd: [4.003042091, 1.400307382],
  minusU: (x, y) => {
    const apart = x.sub(1).div(0.3).sigmoid().mul(3);
    return logAddExp(bump(y, wave(x), 0.4), bump(y, wave(x).sub(apart), 0.35));
  },
  draw: alongCurves([
    { at: waveAt, width: 0.4 },
    { at: (x) => waveAt(x) - 3 / (1 + Math.exp(-(x - 1) / 0.3)), width: 0.35 },
  ]),
});
