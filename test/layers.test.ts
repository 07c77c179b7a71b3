import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Loaded when it is reached, or not at all: `import("…")`, `import type`. */
  readonly lazy: boolean;
}

const sourceFiles = (readdirSync(join(root, "src"), { recursive: true }) as string[])
  .filter((path) => path.endsWith(".ts"))
  .sort();
const textOf = (path: string): string => readFileSync(join(root, "src", path), "utf8");

const importsOf = (from: string): Import[] => {
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, lazy: boolean): void => {
    if (node && ts.isStringLiteral(node)) found.push({ from, specifier: node.text, lazy });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], true);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(from, textOf(from), ts.ScriptTarget.ES2022, true));
  return found;
};

const imports = sourceFiles.flatMap(importsOf);
const folderOf = (path: string): string => (path.includes("/") ? path.split("/")[0] : "");
const targetOf = ({ from, specifier }: Import): string => normalize(join(dirname(from), specifier));
const inside = imports.filter(({ specifier }) => specifier.startsWith("."));
const outside = imports.filter(({ specifier }) => !specifier.startsWith("."));
const show = ({ from, specifier }: Import): string => `${from} imports ${specifier}`;

type Table = ReadonlyMap<string, readonly string[]>;
const architecture = readFileSync(join(root, "docs/architecture.md"), "utf8");
const tableOf = (row: RegExp): Table =>
  new Map([...architecture.matchAll(row)].map(([, folder, after]) => [folder, after.split(" ")] as const));

/** The table of docs/architecture.md: "infer/ ← model guides   what it does". */
const table = tableOf(/^(\w+)\/ +← (\S+(?: \S+)*)/gm);

/** Its table of the engine: "engine/passes/ ← interpret   what it does". */
const engineTable = tableOf(/^engine\/(\w+)\/ +← (\S+(?: \S+)*)/gm);

/** A folder may import what stands after its arrow, what that may import, and itself. */
const reachable = (folder: string, table: Table, seen: Set<string> = new Set()): Set<string> => {
  if (seen.has(folder)) return seen;
  seen.add(folder);
  for (const next of table.get(folder) ?? []) reachable(next, table, seen);
  return seen;
};

/** The files of a cycle of imports, or undefined. */
const findCycle = (): string[] | undefined => {
  const edges = new Map(sourceFiles.map((file) => [file, inside.filter(({ from }) => from === file).map(targetOf)]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of sourceFiles) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
};

/** The packages that a folder may name, and whether only where they are loaded lazily. */
const packages: Readonly<Record<string, { readonly names: RegExp; readonly lazily: boolean }>> = {
  tfjs: { names: /^@tensorflow\/tfjs-/, lazily: false },
  plot: { names: /^(@observablehq\/plot|linkedom)$/, lazily: true },
  text: { names: /^mathjs$/, lazily: false },
  cli: { names: /^(node:.*|commander|cli-progress|tsx\/esm\/api)$/, lazily: false },
};

const mayImport = ({ from, specifier, lazy }: Import): boolean => {
  if (specifier === "#tfjs") return !["tfjs", "worker"].includes(folderOf(from));
  if (specifier === "#worker") return lazy;
  const rule = packages[folderOf(from)];
  return rule?.names.test(specifier) === true && (lazy || !rule.lazily);
};

describe("the folders of src", () => {
  it("all stand in the table of docs/architecture.md, and the table lists no other", () => {
    const folders = new Set(sourceFiles.map(folderOf).filter((folder) => folder !== ""));
    expect([...table.keys()].sort()).toEqual([...folders].filter((folder) => folder !== "tfjs").sort());
  });

  it("import one way", () => {
    const everything = new Set(sourceFiles.map(folderOf));
    const wrong = inside.filter((one) => {
      const from = folderOf(one.from);
      if (from === "") return ["plot", "cli", "tfjs", "worker"].includes(folderOf(targetOf(one)));
      const allowed = table.get(from)?.includes("everything") ? everything : reachable(from, table);
      return !allowed.has(folderOf(targetOf(one))) && from !== folderOf(targetOf(one));
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("name only the packages that are theirs, TensorFlow.js through #tfjs, threads lazily, no Node module outside cli", () => {
    expect(outside.filter((one) => !mayImport(one)).map(show)).toEqual([]);
  });
});

/** The part of engine/ that a file is of, "" for a file of engine/ itself; of a file elsewhere its folder. */
const partOf = (path: string): string => {
  const [folder, part, ...rest] = path.split("/");
  if (folder !== "engine") return folder;
  return rest.length > 0 ? part : "";
};

/** Files of engine/ that hold interfaces, which its parts may import. The others put the parts together. */
const interfaces = ["engine/engine.ts", "engine/compiledNuts.ts", "engine/portable.ts"];

describe("the folders of engine", () => {
  const own = inside.filter(({ from }) => folderOf(from) === "engine" && partOf(from) !== "");

  it("all stand in their table, and the table lists no other", () => {
    const parts = sourceFiles.filter((path) => folderOf(path) === "engine").map(partOf);
    expect([...engineTable.keys()].sort()).toEqual([...new Set(parts)].filter((part) => part !== "").sort());
  });

  it("import one way", () => {
    const wrong = own.filter((one) => {
      const to = targetOf(one);
      return partOf(to) === "" ? !interfaces.includes(to) : !reachable(partOf(one.from), engineTable).has(partOf(to));
    });
    expect(wrong.map(show)).toEqual([]);
  });
});

describe("the files of src", () => {
  it("import files that are there", () => {
    expect(inside.filter((one) => !sourceFiles.includes(targetOf(one))).map(show)).toEqual([]);
  });

  it("import in no circle", () => {
    expect(findCycle()).toBeUndefined();
  });

  it("have at most 350 lines", () => {
    expect(sourceFiles.filter((path) => textOf(path).split("\n").length > 351)).toEqual([]);
  });

  it("await nothing at top level", () => {
    const awaits = sourceFiles.filter((path) =>
      ts
        .createSourceFile(path, textOf(path), ts.ScriptTarget.ES2022, true)
        .statements.some(
          (statement) => ts.isExpressionStatement(statement) && ts.isAwaitExpression(statement.expression),
        ),
    );
    expect(awaits).toEqual([]);
  });
});
