/** A space in which pieces are taken and given back; it only notes how large it grew. */
export interface Arena {
  /** The offset of a free piece, a multiple of 16. */
  take(bytes: number): number;
  give(offset: number, bytes: number): void;
  /** The largest extent so far. */
  bytes(): number;
}

interface Piece {
  offset: number;
  bytes: number;
}

export const aligned = (bytes: number): number => Math.max(16, 16 * Math.ceil(bytes / 16));

/** The smallest free piece that is large enough is taken; neighbours are joined again. */
export const arena = (): Arena => {
  const free: Piece[] = [];
  let end = 0;
  const best = (bytes: number): number => {
    let at = -1;
    for (let i = 0; i < free.length; i++)
      if (free[i].bytes >= bytes && (at < 0 || free[i].bytes < free[at].bytes)) at = i;
    return at;
  };
  const joinWithNext = (i: number): void => {
    const next = free[i + 1];
    if (!next || free[i].offset + free[i].bytes !== next.offset) return;
    free[i].bytes += next.bytes;
    free.splice(i + 1, 1);
  };
  return {
    take: (wanted) => {
      const bytes = aligned(wanted);
      const at = best(bytes);
      if (at < 0) {
        const offset = end;
        end += bytes;
        return offset;
      }
      const piece = free[at];
      const { offset } = piece;
      piece.offset += bytes;
      piece.bytes -= bytes;
      if (piece.bytes === 0) free.splice(at, 1);
      return offset;
    },
    give: (offset, given) => {
      let at = 0;
      while (at < free.length && free[at].offset < offset) at++;
      free.splice(at, 0, { offset, bytes: aligned(given) });
      joinWithNext(at);
      if (at > 0) joinWithNext(at - 1);
    },
    bytes: () => end,
  };
};
