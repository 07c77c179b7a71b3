/** An explicit Runge–Kutta method: its Butcher tableau. */
export interface Tableau {
  /** Of the solution that is kept. */
  readonly order: number;
  /** Where in the step each stage stands. */
  readonly nodes: readonly number[];
  /** Row i: the weights of the stages before it in stage i. */
  readonly stages: readonly (readonly number[])[];
  /** Of the stages in the solution. */
  readonly weights: readonly number[];
}

/** A method with a second solution of lower order: what the two differ by estimates the error. */
export interface Embedded extends Tableau {
  /** The solution's weights less those of the other. */
  readonly errorWeights: readonly number[];
}

const euler: Tableau = { order: 1, nodes: [0], stages: [[]], weights: [1] };

const midpoint: Tableau = { order: 2, nodes: [0, 1 / 2], stages: [[], [1 / 2]], weights: [0, 1] };

const heun: Tableau = { order: 2, nodes: [0, 1], stages: [[], [1]], weights: [1 / 2, 1 / 2] };

/** Kutta 1901: the classical method. */
const rk4: Tableau = {
  order: 4,
  nodes: [0, 1 / 2, 1 / 2, 1],
  stages: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  weights: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
};

const difference = (a: readonly number[], b: readonly number[]): number[] => a.map((weight, i) => weight - b[i]);

/** Bogacki & Shampine 1989, "A 3(2) pair of Runge–Kutta formulas". */
const bosh3Weights = [2 / 9, 1 / 3, 4 / 9, 0];
const bosh3: Embedded = {
  order: 3,
  nodes: [0, 1 / 2, 3 / 4, 1],
  stages: [[], [1 / 2], [0, 3 / 4], [2 / 9, 1 / 3, 4 / 9]],
  weights: bosh3Weights,
  errorWeights: difference(bosh3Weights, [7 / 24, 1 / 4, 1 / 3, 1 / 8]),
};

/** Dormand & Prince 1980, "A family of embedded Runge–Kutta formulae", RK5(4)7M. */
const dopri5Weights = [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0];
const dopri5: Embedded = {
  order: 5,
  nodes: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
  stages: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    dopri5Weights.slice(0, 6),
  ],
  weights: dopri5Weights,
  errorWeights: difference(dopri5Weights, [
    5179 / 57600,
    0,
    7571 / 16695,
    393 / 640,
    -92097 / 339200,
    187 / 2100,
    1 / 40,
  ]),
};

/** Methods for steps of a fixed length, by name. */
export const fixedMethods: { readonly [N in "euler" | "midpoint" | "heun" | "rk4"]: Tableau } = {
  euler,
  midpoint,
  heun,
  rk4,
};

/** Methods that choose their steps by the error, by name. */
export const adaptiveMethods: { readonly [N in "bosh3" | "dopri5"]: Embedded } = { bosh3, dopri5 };
