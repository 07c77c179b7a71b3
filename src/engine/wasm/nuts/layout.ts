/** What a dense metric takes. */
export interface DenseLayout {
  /** 1 where the metric is dense, else 0. */
  readonly flag: number;
  /** The moving end in the coordinates in which the metric is the identity: a row each. */
  readonly position: number;
  readonly slope: number;
  /** The lower Cholesky factor of the metric, packed by rows: row i in ⌊i / 2⌋ + 1 pairs. */
  readonly factor: number;
}

/** Where everything of the sampler lies: byte addresses in the module's memory. */
export interface NutsLayout {
  readonly size: number;
  readonly maxTreeDepth: number;
  /** Draws that one call of `sample` makes at most. */
  readonly capacity: number;
  /** Bytes of a row: `size` doubles, filled up to whole pairs. */
  readonly rowBytes: number;
  /** Where the gradient reads and writes. */
  readonly position: number;
  readonly slope: number;
  /** Pointers to position and slope of the end of the trajectory that is moving: those of the gradient, or of a dense metric. */
  readonly moving: { readonly position: number; readonly slope: number };
  readonly momentum: number;
  /** The end that waits: a row each. */
  readonly waiting: { readonly position: number; readonly slope: number; readonly momentum: number };
  /** Scales are the sds of momenta; `beta` is one double. */
  readonly metric: { readonly variances: number; readonly scales: number; readonly beta: number };
  /** Not there beyond `mostDense` coordinates. */
  readonly dense?: DenseLayout;
  /** The chain's state between transitions: two rows, then `stateFields`. */
  readonly state: { readonly position: number; readonly slope: number; readonly fields: number };
  readonly averaging: number;
  /** The trajectory and, above it, what grows beside it: `maxTreeDepth` + 1 stretches of `stretchBytes`. */
  readonly stretches: number;
  readonly stretchBytes: number;
  /** Buffers that the stretches begin with: two ends and a proposal each. */
  readonly buffers: number;
  /** What `sample` leaves: [capacity × size], then a double a draw each. */
  readonly draws: number;
  readonly records: Readonly<Record<DrawField, number>>;
  /** A derived key: two words. */
  readonly key: number;
  readonly end: number;
}

/** Doubles kept beside a state, in their order; `gradients` counts all leapfrogs ever taken. */
export const stateFields = [
  "logDensity",
  "energy",
  "acceptance",
  "steps",
  "treeDepth",
  "diverging",
  "gradients",
] as const;
export type StateField = (typeof stateFields)[number];

/** What is kept of every draw. */
export const drawFields = ["logDensity", "energy", "acceptance", "treeDepth", "diverging"] as const;
export type DrawField = (typeof drawFields)[number];

/** Doubles of the dual averaging, in their order. */
export const averagingFields = ["updates", "shrinkTowards", "meanError", "logStep", "logAverage", "target"] as const;
export type AveragingField = (typeof averagingFields)[number];

/** Of a stretch: pointers to its first and last momentum and to its proposal, its weight; then the row of summed momenta. */
export const stretchAt = { first: 0, last: 4, proposal: 8, weight: 16, sum: 32 } as const;

/** A proposal: position, slope, then log density and energy. */
export const proposalBytes = (rowBytes: number): number => 2 * rowBytes + 16;

const aboutBytes = 32768;
const capacityFor = (size: number): number =>
  Math.max(1, Math.min(256, Math.floor(aboutBytes / (8 * (size + drawFields.length)))));

/** Coordinates up to which a dense metric is compiled: its factor takes 4 MiB then. */
const mostDense = 1024;

/** Bytes before row i of a packed factor; those of the whole for i = size. */
export const factorBytes = (i: number): number => 16 * (i + Math.floor((i - 1) ** 2 / 4));

/** Lays the sampler's memory out from address `workspace` on; `position` and `slope` lie elsewhere. */
export const nutsLayout = ({
  size,
  maxTreeDepth,
  position,
  slope,
  workspace,
}: Pick<NutsLayout, "size" | "maxTreeDepth" | "position" | "slope"> & { readonly workspace: number }): NutsLayout => {
  let end = workspace;
  const take = (bytes: number): number => {
    const at = end;
    end += 16 * Math.ceil(bytes / 16);
    return at;
  };
  const rowBytes = 16 * Math.ceil(size / 2);
  const row = (): number => take(rowBytes);
  const capacity = capacityFor(size);
  const stretchBytes = stretchAt.sum + rowBytes;
  const perDraw = (): number => take(8 * capacity);
  return {
    size,
    maxTreeDepth,
    capacity,
    rowBytes,
    position,
    slope,
    moving: { position: take(4), slope: take(4) },
    momentum: row(),
    waiting: { position: row(), slope: row(), momentum: row() },
    metric: { variances: row(), scales: row(), beta: take(8) },
    state: { position: row(), slope: row(), fields: take(8 * stateFields.length) },
    averaging: take(8 * averagingFields.length),
    stretchBytes,
    stretches: take((maxTreeDepth + 1) * stretchBytes),
    buffers: take((maxTreeDepth + 1) * (2 * rowBytes + proposalBytes(rowBytes))),
    draws: take(8 * capacity * size),
    records: {
      logDensity: perDraw(),
      energy: perDraw(),
      acceptance: perDraw(),
      treeDepth: perDraw(),
      diverging: perDraw(),
    },
    key: take(8),
    dense:
      size <= mostDense ? { flag: take(4), position: row(), slope: row(), factor: take(factorBytes(size)) } : undefined,
    end,
  };
};

/** Bytes of workspace that the sampler takes. */
export const workspaceBytes = (size: number, maxTreeDepth: number): number =>
  nutsLayout({ size, maxTreeDepth, position: 0, slope: 0, workspace: 0 }).end;
