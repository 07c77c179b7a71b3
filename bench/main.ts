/**
 * `npm run bench -- [NAME…] [--json] [--engine NAME]… [--peers DIR] [--peer-cache DIR] [--only NAME]…`: measures the cases whose names
 * begin with NAME; all of them without one. `--engine` takes `compiled` and `eager`: both unless said, and eager NUTS takes minutes.
 *
 * With `--peers`, FLUVIAL_PEERS or `--only` naming a peer, others are measured on the same after ours, and set beside them: our own C++,
 * and Stan, JAGS, PyTorch and NumPyro where they are installed, by the scripts in that folder. `--peer-cache` keeps the Stan models
 * that they compile; `--only` takes `ours` and names of peers, and may be repeated.
 */
import { parseArgs } from "node:util";
import { cases } from "./cases.ts";
import type { Figure } from "./figure.ts";
import { buildFresh } from "./fresh.ts";
import { peerFigures, peerNames } from "./peers.ts";
import { sideBySide } from "./table.ts";

const { values, positionals } = parseArgs({
  options: {
    engine: { type: "string", multiple: true, default: [] },
    json: { type: "boolean", default: false },
    peers: { type: "string" },
    "peer-cache": { type: "string" },
    only: { type: "string", multiple: true, default: [] },
  },
  allowPositionals: true,
});

const stop = (message: string): never => {
  console.error(`bench: ${message}`);
  process.exit(1);
};

const { only } = values;
const stranger = only.find((name) => name !== "ours" && !peerNames.includes(name));
if (stranger !== undefined) stop(`--only expected ours, ${peerNames.join(", ")}; got ${stranger}`);

const withOurs = only.length === 0 || only.includes("ours");
const withPeers =
  only.length === 0 ? (values.peers ?? process.env.FLUVIAL_PEERS) !== undefined : only.some((name) => name !== "ours");

const engines: readonly string[] = [...new Set(cases.map(({ engine }) => engine))];
const unknown = values.engine.find((name) => !engines.includes(name));
if (unknown !== undefined) stop(`--engine expected ${engines.join(" or ")}, got ${unknown}`);

const chosen = cases.filter(
  ({ name, engine }) =>
    (positionals.length === 0 || positionals.some((begin) => name.startsWith(begin))) &&
    (values.engine.length === 0 || values.engine.includes(engine)),
);
if (chosen.length === 0 && !withPeers)
  stop(
    `no case begins with ${positionals.join(", ")}; there are ${[...new Set(cases.map(({ name }) => name))].join(", ")}`,
  );

const show = ({ name, engine, value, unit }: Figure): string =>
  `${name.padEnd(36)} ${engine.padEnd(18)} ${value.toPrecision(4).padStart(10)} ${unit}`;

const say = (figure: Figure): Figure => {
  console.log(values.json ? JSON.stringify(figure) : show(figure));
  return figure;
};

const ours: Figure[] = [];
if (withOurs && chosen.length > 0) {
  await buildFresh();
  for (const { run } of chosen) ours.push(...(await run()).map(say));
}

const theirs: Figure[] = [];
if (withPeers)
  for (const figure of peerFigures({
    directory: values.peers ?? process.env.FLUVIAL_PEERS ?? "../shared/peers",
    cache: values["peer-cache"] ?? process.env.FLUVIAL_PEER_CACHE,
    only: only.filter((name) => name !== "ours"),
    names: positionals,
    onAbsence: (line) => console.error(`bench: ${line}`),
  }))
    theirs.push(say(figure));

if (ours.length > 0 && theirs.length > 0 && !values.json) console.log(`\n${sideBySide(ours, theirs)}`);
