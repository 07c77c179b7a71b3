import { describe, expect, it } from "vitest";
import { colours, hue } from "../../src/plot/palette.ts";
import { style } from "../../src/plot/report/style.ts";

/** Relative luminance and contrast as WCAG 2.2 defines them. */
const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

describe("the palette", () => {
  const hues = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => /#\w{6}/.exec(hue(i))![0]);

  it("stands out on white and on near black", () => {
    for (const colour of hues)
      for (const page of ["#ffffff", "#16181b"])
        expect(contrast(colour, page), `${colour} on ${page}`).toBeGreaterThan(3.4);
  });

  it("gives the reference ink and the others a hue each, round and round", () => {
    expect(colours(["a", "nuts", "b"], "nuts")).toEqual({ a: hue(0), nuts: "currentColor", b: hue(1) });
    expect(hue(8)).toBe(hue(0));
  });
});

describe("the report's colours", () => {
  const schemes = style
    .split("@media (prefers-color-scheme: dark)")
    .map((text) =>
      Object.fromEntries([...text.matchAll(/--([\w-]+): (#\w{6})/g)].map(([, name, colour]) => [name, colour])),
    );

  it.each(["light", "dark"])("have enough contrast in the %s scheme", (name) => {
    const scheme = schemes[name === "light" ? 0 : 1];
    for (const text of ["ink", "soft", "flag"]) expect(contrast(scheme[text], scheme.paper), text).toBeGreaterThan(4.5);
    for (const i of [1, 2, 3, 4, 5, 6, 7, 8])
      expect(contrast(scheme[`fluvial-${i}`], scheme.paper), `hue ${i}`).toBeGreaterThan(3.4);
  });
});
