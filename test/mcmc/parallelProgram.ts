/** A program of its own: runs chains on threads and has nothing else to do. */
import { hostKey } from "../../src/core/key.ts";
import { chains } from "../../src/mcmc/chains.ts";
import { aroundData } from "./densitiesCompiled.ts";

const gradient = aroundData();
let asked = 0;
const { interrupted, ...stopped } = await chains(gradient, hostKey(1), {
  workers: 3,
  warmup: 20,
  draws: 1_000_000,
  shouldStop: () => ++asked > 5,
});
const { draws } = await chains(gradient, hostKey(1), { chains: 2, workers: 2, warmup: 20, draws: 10 });
console.log(
  JSON.stringify({ interrupted, some: stopped.draws[0].length > 0, draws: draws.map(({ length }) => length) }),
);
