import { parseHTML } from "linkedom";

/** The element of an SVG text; fails on what no XML parser would take. */
export const parseSvg = (text: string): Element => {
  for (const [tag] of text.matchAll(/<[^>]*>/g))
    for (const [, value] of tag.matchAll(/="([^"]*)"/g))
      if (/[<]|&(?!#?\w+;)/.test(value)) throw new Error(`not XML: ${tag}`);
  const open: string[] = [];
  for (const [, close, name, rest] of text.matchAll(/<(\/?)([\w:]+)([^>]*)>/g)) {
    if (close) {
      if (open.pop() !== name) throw new Error(`not XML: </${name}> closes nothing`);
    } else if (!rest.endsWith("/")) open.push(name);
  }
  if (open.length) throw new Error(`not XML: <${open[0]}> is left open`);
  return parseHTML(`<html><body>${text}</body></html>`).document.querySelector("svg") as unknown as Element;
};

export const textsOf = (svg: Element): string[] => [...svg.querySelectorAll("text")].map((t) => t.textContent ?? "");
