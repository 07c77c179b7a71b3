/** The guides of the matrix: those of `guideSpecs`, small ones where a step is dear. */
import { guideSpecs } from "../../src/guides/index.ts";

/** Options as the command line has them. */
const small: Readonly<Record<string, string>> = {
  radial: "radial:layers=4",
  planar: "planar:layers=4",
  made: "made:components=2:hidden=8",
  maf: "maf:layers=2:hidden=8",
  iaf: "iaf:layers=2:hidden=8",
  naf: "naf:layers=1:hidden=8:units=4",
  "sum-of-squares": "sum-of-squares:layers=1:hidden=8",
  "monotone-integral": "monotone-integral:layers=1:hidden=8:embedding=4:integrand=8:nodes=8",
  "block-naf": "block-naf:layers=1:hidden=4",
  recurrent: "recurrent:layers=1:hidden=8",
  nice: "nice:layers=2:hidden=8",
  "real-nvp": "real-nvp:layers=2:hidden=8",
  glow: "glow:layers=2:hidden=8",
  residual: "residual:layers=2:hidden=8",
  spline: "spline:layers=1:hidden=8",
  "spline-coupling": "spline-coupling:layers=2:hidden=8",
  sylvester: "sylvester:layers=2:rank=1",
  continuous: "continuous:hidden=8:method=rk4:steps=4",
  cif: "cif:layers=2:hidden=8:base=real-nvp:layers=2:hidden=8",
  langevin: "langevin:steps=3:hidden=8",
};

export const guideRows = (): readonly string[] => Object.keys(guideSpecs).map((name) => small[name] ?? name);

/** Without its options. */
export const nameOf = (guide: string): string => guide.split(":")[0];
