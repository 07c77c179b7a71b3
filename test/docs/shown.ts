/** Files that a page of docs/ shows, each a block whose first line is its path, in a folder where they can be imported. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Shown {
  /** The page. */
  readonly text: string;
  /** The code of each file by its path, as the page has it. */
  readonly files: ReadonlyMap<string, string>;
  readonly folder: string;
  load(path: string): Promise<unknown>;
  remove(): void;
}

/** The files of a page; what one imports is another of the page, or one that is there. */
export const shownFiles = (page: string): Shown => {
  const text = readFileSync(join(root, `docs/${page}.md`), "utf8");
  const blocks = [...text.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)];
  const files = new Map(blocks.map(([, path, code]) => [path, code]));
  // Inside the repository, where the packages are; under a name that git ignores.
  const folder = mkdtempSync(join(root, `out-readme-${page}-`));
  const imported = (from: string, name: string): string => {
    const path = resolve("/", dirname(from), name).slice(1);
    return join(files.has(path) ? folder : root, path);
  };
  for (const [path, code] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const placed = code.replace(/from "(\.[^"]*)"/g, (_, name) => `from ${JSON.stringify(imported(path, name))}`);
    writeFileSync(join(folder, path), placed);
  }
  return {
    text,
    files,
    folder,
    load: (path) => import(join(folder, path)),
    remove: () => rmSync(folder, { recursive: true }),
  };
};

/** The anchors that a page's headings have. */
const anchorsOf = (page: string): string[] =>
  [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replace(/\s/g, "-"),
  );

/** The links of a page's prose that lead nowhere: to no file, or to no heading of one. */
export const brokenLinks = (text: string): string[] => {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, "");
  const links = [...prose.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link]) => link);
  return links.filter((link) => {
    const [path, anchor] = link.split("#");
    const file = join(root, "docs", path);
    if (path !== "" && !existsSync(file)) return true;
    return anchor !== undefined && !anchorsOf(path === "" ? text : readFileSync(file, "utf8")).includes(anchor);
  });
};
