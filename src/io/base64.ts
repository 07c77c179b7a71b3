const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const pad = "=".charCodeAt(0);
const codes: Uint8Array = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

/** The six bits of each character, 255 for those that are not of the alphabet. */
const bitsOf: Uint8Array = ((): Uint8Array => {
  const table = new Uint8Array(256).fill(255);
  for (let i = 0; i < codes.length; i++) table[codes[i]] = i;
  return table;
})();

/** Bytes as text: RFC 4648, section 4, padded. */
export const toBase64 = (bytes: Uint8Array): string => {
  const out = new Uint8Array(4 * Math.ceil(bytes.length / 3));
  for (let i = 0, at = 0; i < bytes.length; i += 3, at += 4) {
    const [a, b, c] = [bytes[i], bytes[i + 1] ?? 0, bytes[i + 2] ?? 0];
    out[at] = codes[a >> 2];
    out[at + 1] = codes[((a & 3) << 4) | (b >> 4)];
    out[at + 2] = i + 1 < bytes.length ? codes[((b & 15) << 2) | (c >> 6)] : pad;
    out[at + 3] = i + 2 < bytes.length ? codes[c & 63] : pad;
  }
  return new TextDecoder().decode(out);
};

const paddingOf = (text: string): number => (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0);

/** How many bytes a text stands for, by its length alone; undefined where it can be no base64. */
export const base64Length = (text: string): number | undefined =>
  text.length % 4 === 0 ? (text.length / 4) * 3 - paddingOf(text) : undefined;

/** The bytes of a text, or undefined where it is no base64. */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  const length = base64Length(text);
  if (length === undefined) return undefined;
  const out = new Uint8Array(length);
  const digits = text.length - paddingOf(text);
  let bits = 0;
  for (let i = 0, at = 0; i < digits; i++) {
    const code = text.charCodeAt(i);
    const six = code < 256 ? bitsOf[code] : 255;
    if (six === 255) return undefined;
    bits = ((bits << 6) | six) & 0xffffff;
    if (i % 4 > 0) out[at++] = (bits >> (6 - 2 * (i % 4))) & 255;
  }
  return out;
};
