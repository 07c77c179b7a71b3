/** Beyond it 1 is nothing beside w². */
const large = 1e9;

/** log(1 + w²), whose square does not overflow. */
export const log1pSquareOf = (w: number): number =>
  Math.abs(w) < large ? Math.log1p(w * w) : 2 * Math.log(Math.abs(w));
