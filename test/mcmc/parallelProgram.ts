/** A program of its own: runs chains on threads and has nothing else to do. */
import { hostKey } from "../../src/core/key.ts";
import { chains } from "../../src/mcmc/chains.ts";
import { aroundData } from "./densitiesCompiled.ts";

const gradient = aroundData();
const stopped = await chains(gradient, hostKey(1), {
  workers: 3,
  draws: 1_000_000,
  shouldStop: () => true,
}).catch((error: Error) => error.message);
const { draws } = await chains(gradient, hostKey(1), { chains: 2, workers: 2, warmup: 20, draws: 10 });
console.log(JSON.stringify({ stopped, draws: draws.map(({ length }) => length) }));
