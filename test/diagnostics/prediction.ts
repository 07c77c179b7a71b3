import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Spec } from "./parkMiller.ts";

interface KnownElpd {
  readonly elpd: number;
  readonly se: number;
  readonly p: number;
  readonly pointwise: readonly number[];
}

/** ArviZ 0.23.4; made by scripts/reference/prediction.py. */
export interface Known {
  readonly chains: number;
  readonly draws: number;
  readonly y: readonly number[];
  readonly models: Readonly<
    Record<
      string,
      {
        readonly spec: Spec;
        readonly relativeEfficiency: number;
        readonly loo: KnownElpd & {
          readonly khat: readonly number[];
          readonly mcse: readonly number[];
          readonly threshold: number;
        };
        readonly waic: KnownElpd & { readonly warning: boolean };
        readonly looPit: readonly number[];
        readonly sensitivity: Readonly<Record<"prior" | "likelihood", Readonly<Record<"mu" | "sigma", number>>>>;
      }
    >
  >;
  readonly compared: readonly {
    readonly name: string;
    readonly difference: number;
    readonly differenceSe: number;
    readonly arvizStacking: number;
    readonly stacking: number;
    readonly pseudoBma: number;
  }[];
}

export const known: Known = JSON.parse(
  readFileSync(new URL("../known/prediction.json", import.meta.url), "utf8"),
) as Known;

/** Equal but for rounding: sums of hundreds of exponentials in another order. */
export const near = (got: number, expected: number, relative = 1e-10): void =>
  expect(Math.abs(got - expected), `${got} beside ${expected}`).toBeLessThanOrEqual(
    relative * Math.max(Math.abs(expected), 1e-2),
  );

export const allNear = (got: ArrayLike<number>, expected: readonly number[], relative?: number): void => {
  expect(got.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) near(got[i], value, relative);
};
