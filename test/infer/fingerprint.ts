/** Prints what a fit and a run of chains come to, as hexadecimal bits: two processes must print the same. */
import { fit, iaf, sample } from "fluvial";
import model, { data } from "../../models/eight-schools-noncentred.ts";

const bits = (values: Float64Array): string => Buffer.from(values.slice(0, 64).buffer).toString("hex");

export const fingerprint = async (seed: number): Promise<string> => {
  const fitted = await fit(model, data, { guide: iaf({ layers: 2, hidden: 8 }), seed, steps: 60, draws: 50 });
  const chains = await sample(model, data, { seed, chains: 2, warmup: 30, draws: 20 });
  return [fitted.draws.theta.values, fitted.history, chains.draws.theta.values].map(bits).join("\n");
};

if (process.argv[2] === "print") console.log(await fingerprint(11));
