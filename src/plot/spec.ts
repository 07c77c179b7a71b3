/** One value of a column; null leaves a gap. */
export type Cell = number | string | null;

/** A column of a mark, one cell per thing drawn; a lone string stands for as many copies of itself. */
export type Column = readonly Cell[] | string;

/** What one layer of a plot draws. */
export type MarkKind = "line" | "area" | "dot" | "bar" | "interval" | "ruleX" | "ruleY" | "text" | "heat";

/** Numbers over a rectangle: those of the cells, row by row from the lowest y, each row from the lowest x. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** The ends of the rectangle. */
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  readonly values: readonly number[];
  /** A layer of paint lies wherever the numbers exceed one of these. */
  readonly levels: readonly number[];
}

/**
 * One layer: columns of equal length and a few constants.
 *
 * A line, an area and dots take x and y; a bar x1, x2 and y; an interval x1, x2 and y (a stroke along x); ruleX takes x, ruleY
 * takes y; text takes x, y and text; heat takes a grid and paints it in layers. `series` names the colour, without it a mark is drawn in ink. `fx` and `fy` name the facet.
 */
export interface Mark {
  readonly mark: MarkKind;
  readonly x?: Column;
  readonly x1?: Column;
  readonly x2?: Column;
  readonly y?: Column;
  readonly y1?: Column;
  readonly text?: Column;
  readonly grid?: Grid;
  readonly fx?: Column;
  readonly fy?: Column;
  readonly series?: Column;
  /** 0 to 1. */
  readonly opacity?: number;
  /** Width of a stroke, or radius of a dot, in pixels. */
  readonly size?: number;
  /** Dash pattern of a stroke: "3 3". */
  readonly dash?: string;
}

/** One axis. */
export interface Axis {
  readonly label?: string;
  /** Its ends for numbers, its members in order for names. */
  readonly domain?: readonly (number | string)[];
  readonly scale?: "linear" | "log" | "point" | "band";
  /** Roughly how many ticks; 0 for none. */
  readonly ticks?: number;
}

/**
 * A plot as plain data: it survives JSON, and notebooks, files and pages draw the same one. See `renderSvg`.
 */
export interface PlotSpec {
  readonly title?: string;
  /** What a listener is told; without it, the title. */
  readonly description?: string;
  /** In pixels; 480 by 260 unless told. */
  readonly width?: number;
  readonly height?: number;
  readonly marginLeft?: number;
  readonly marginRight?: number;
  readonly x?: Axis;
  readonly y?: Axis;
  readonly fx?: Axis;
  readonly fy?: Axis;
  /** The names that `series` columns use, in the order of their colours. */
  readonly series?: readonly string[];
  /** The one among `series` that is drawn in ink. */
  readonly reference?: string;
  /** Whether to draw the names of the series above the plot; true unless told. */
  readonly legend?: boolean;
  readonly marks: readonly Mark[];
}

/** What most plots let their caller choose. */
export interface PlotOptions {
  readonly title?: string;
  readonly width?: number;
  readonly height?: number;
  readonly legend?: boolean;
}
