import { escapeText } from "../escape.ts";

/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[] | undefined;

/** Marks text as HTML; only for text that this library wrote. */
export const trusted = (text: string): Html => ({ html: text });

const show = (part: Part): string => {
  if (part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escapeText(String(part));
  return "html" in part ? part.html : part.map(show).join("");
};

/** A template whose parts are escaped, unless they are HTML themselves. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  trusted(strings.reduce((text, string, i) => text + show(parts[i - 1]) + string));
