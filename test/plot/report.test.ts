import { beforeAll, describe, expect, it } from "vitest";
import { comparisonReport } from "../../src/plot/report.ts";
import type { Comparison } from "../../src/posterior/posterior.ts";
import { parseSvg } from "./svg.ts";
import { comparisonOf } from "./synthetic.ts";

describe("the comparison report", () => {
  const comparison = comparisonOf();
  let page = "";
  beforeAll(async () => {
    page = await comparisonReport(comparison);
  });

  it("needs nothing beside itself", () => {
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|\/\/\w|@import|url\(/);
    expect(page).not.toMatch(/<(script|link|img|iframe)\b|\ssrc=|\shref=|\sid=/);
    expect(page.length).toBeLessThan(3e6);
  });

  it("has a verdict and a row for every method", () => {
    for (const [name, verdict] of Object.entries(comparison.verdicts)) {
      expect(page).toContain(`</span>${name}</dt><dd>${verdict}</dd>`);
      expect(page).toContain(`</span>${name}</th>`);
    }
    expect(page).toContain("−32.210 ± 0.012");
    expect(page).toContain('<td class="flag">0.910</td>');
    expect(page).toContain("<td>61,234</td>");
  });

  it("has a panel for every parameter, and a table of discrepancies for every guide", () => {
    const captions = [...page.matchAll(/<figcaption>([^<]*)/g)].map(([, text]) => text);
    expect(captions.filter((text) => text === "tau")).toHaveLength(2); // its densities, its chains
    expect(captions).toContain("theta[&lt;b&gt;&amp;]");
    expect(page.match(/beside the reference\. Mean error/g)).toHaveLength(8); // caption and label of four tables
  });

  it("is accessible: headings in order, captions, labelled figures, both colour schemes", () => {
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page.match(/<table>/g)?.length).toBe(page.match(/<caption>/g)?.length);
    expect(page).toContain('<html lang="en">');
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).toContain('name="viewport"');
    for (const [svg] of page.matchAll(/<svg[\s\S]*?<\/svg>/g))
      expect(parseSvg(svg).getAttribute("aria-label")?.length).toBeGreaterThan(3);
  });
});

describe("a report on hostile or odd input", () => {
  const evil = `"><script>alert(1)</script>`;

  it("escapes names and verdicts", async () => {
    const small = comparisonOf({ draws: 80 });
    const { nuts, iaf } = small.methods;
    const page = await comparisonReport({
      ...small,
      model: evil,
      methods: { [evil]: iaf, nuts },
      discrepancies: { [evil]: small.discrepancies.iaf.map((d) => ({ ...d, name: evil })) },
      verdicts: { [evil]: evil },
    });
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;alert(1)");
  });

  it("folds away what is many, and stands what is not finite", async () => {
    const small = comparisonOf({ draws: 80, labels: false });
    const { nuts, iaf } = small.methods;
    const many = { shape: [4, 20, 70], values: new Float64Array(5600).map((_, i) => Math.sin(i)), coords: [undefined] };
    const wide = { ...many, shape: [1, 80, 70], values: many.values.map((x, i) => (i < 70 ? NaN : x)) };
    const odd = {
      name: "beta[1]",
      mean: NaN,
      sd: 0,
      referenceMean: 0,
      referenceSd: 0,
      meanError: NaN,
      sdRatio: Infinity,
    };
    const page = await comparisonReport({
      ...small,
      methods: {
        iaf: { ...iaf, draws: { beta: wide }, history: new Float64Array(0) },
        nuts: { ...nuts, draws: { beta: many } },
      },
      discrepancies: { iaf: [{ ...odd, meanZ: NaN, sdZ: Infinity }] },
    } as unknown as Comparison);
    expect(page).toContain("<summary>48 more</summary>");
    expect(page).toContain("10 more parameters are not drawn");
    expect(page).not.toContain("The bound by step");
    expect(page).not.toMatch(/="[^"]*NaN/);
  }, 30_000);
});

it("sets what a method says of itself apart from what the reference says of it", async () => {
  const small = comparisonOf({ draws: 80 });
  const own = small.methods.iaf.verdict;
  const page = await comparisonReport({ ...small, verdicts: { ...small.verdicts, iaf: `Agrees with nuts. ${own}` } });
  expect(page).toContain(`<dd>Agrees with nuts. <span class="aside">${own}</span></dd>`);
});
