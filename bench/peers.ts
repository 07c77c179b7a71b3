import { existsSync } from "node:fs";
import type { Figure } from "./figure.ts";
import { cpp } from "./peers/cpp.ts";
import { jags } from "./peers/jags.ts";
import { numpyro } from "./peers/numpyro.ts";
import type { Peer, Program } from "./peers/peer.ts";
import { pytorch } from "./peers/pytorch.ts";
import { scratch } from "./peers/scratch.ts";
import { stan } from "./peers/stan.ts";

const peers: readonly Peer[] = [cpp, stan, jags, pytorch, numpyro];

/** The names that `only` may hold. */
export const peerNames: readonly string[] = peers.map(({ name }) => name);

export interface PeerOptions {
  /** The folder of the peers' scripts. */
  readonly directory: string;
  /** A folder to keep, with the Stan models compiled earlier; else a temporary one. */
  readonly cache?: string;
  /** Only these peers; all of them where it is empty. */
  readonly only: readonly string[];
  /** Only figures whose names begin with one of these; all of them where it is empty. */
  readonly names: readonly string[];
  /** Told of a peer that is not installed, and of a program that failed, in one line. */
  readonly onAbsence: (line: string) => void;
}

const chosen = (name: string, names: readonly string[]): boolean =>
  names.length === 0 || names.some((begin) => name.startsWith(begin));

/** Whether a program gives a figure that was asked for: either name may be the shorter one. */
const wanted = ({ gives }: Program, names: readonly string[]): boolean =>
  names.length === 0 || gives.some((given) => names.some((name) => given.startsWith(name) || name.startsWith(given)));

const run = (
  program: Program,
  { name }: Peer,
  folder: string,
  onAbsence: PeerOptions["onAbsence"],
): readonly Figure[] => {
  try {
    return program.figures(folder);
  } catch (error) {
    onAbsence(`${name}: ${(error as Error).message}`);
    return [];
  }
};

/** Measures what others need for the same, one program after another, as each comes. */
export function* peerFigures({ directory, cache, only, names, onAbsence }: PeerOptions): Generator<Figure> {
  if (!existsSync(directory)) onAbsence(`no folder ${directory}: without the peers' scripts only our own programs run`);
  const { folder, dispose } = scratch(directory, cache);
  try {
    for (const peer of peers.filter(({ name }) => only.length === 0 || only.includes(name))) {
      const programs = peer.programs.filter((program) => wanted(program, names));
      if (programs.length === 0) continue;
      if (!peer.present()) onAbsence(`${peer.name}: not installed here; needs ${peer.needs}`);
      else
        for (const program of programs)
          for (const figure of run(program, peer, folder, onAbsence)) if (chosen(figure.name, names)) yield figure;
    }
  } finally {
    dispose();
  }
}
