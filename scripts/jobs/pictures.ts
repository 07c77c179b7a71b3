/** Densities of the plane as paint and points, kept in files of their own. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { densityGrid, type PlaneBounds, type PlaneDensity } from "../../src/plot/densityMap.ts";

/** Paint from 0 to 255 row by row from the lowest y, and points. */
export interface Picture {
  readonly cells: number;
  readonly paint: string;
  readonly samples: readonly (readonly number[])[];
}

const cells = 72;

/** How many points a picture shows. */
export const shown = 500;

/**
 * A density beside points of its own: how dark each cell is, on the scale of the truth, where that which 2 % of the mass lies above is dark.
 * @param points [n, 2], n at least `shown`, row by row.
 */
export const pictureOf = (
  density: PlaneDensity,
  points: ArrayLike<number>,
  truth: PlaneDensity,
  bounds: PlaneBounds,
): Picture => {
  const { levels } = densityGrid(truth, { bounds, cells });
  const full = levels[levels.length - 1];
  const { values } = densityGrid(density, { bounds, cells });
  const shades = Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, value / full)));
  const samples = Array.from({ length: shown }, (_, i) =>
    [points[2 * i], points[2 * i + 1]].map((x) => Number(x.toFixed(3))),
  );
  return { cells, paint: Buffer.from(shades).toString("base64"), samples };
};

/** Pictures in a folder, by name. */
export interface PictureStore {
  keep(name: string, picture: Picture): void;
  read(name: string): Picture | undefined;
}

export const pictureStore = (folder: string): PictureStore => {
  const fileOf = (name: string): string => join(folder, `${name}.json`);
  return {
    keep: (name, picture) => {
      mkdirSync(dirname(fileOf(name)), { recursive: true });
      writeFileSync(fileOf(name), JSON.stringify(picture));
    },
    read: (name) =>
      existsSync(fileOf(name)) ? (JSON.parse(readFileSync(fileOf(name), "utf8")) as Picture) : undefined,
  };
};
