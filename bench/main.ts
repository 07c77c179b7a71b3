/** `npm run bench -- [NAME…] [--json]`: measures the cases whose names begin with NAME; all of them without one. */
import { parseArgs } from "node:util";
import { cases } from "./cases.ts";
import type { Figure } from "./figure.ts";

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false } },
  allowPositionals: true,
});
const chosen = Object.keys(cases).filter(
  (name) => positionals.length === 0 || positionals.some((begin) => name.startsWith(begin)),
);
if (chosen.length === 0) {
  console.error(`bench: no case begins with ${positionals.join(", ")}; there are ${Object.keys(cases).join(", ")}`);
  process.exit(1);
}

const show = ({ name, engine, value, unit }: Figure): string =>
  `${name.padEnd(36)} ${engine.padEnd(10)} ${value.toPrecision(4).padStart(10)} ${unit}`;

for (const name of chosen)
  for (const figure of await cases[name]()) console.log(values.json ? JSON.stringify(figure) : show(figure));
