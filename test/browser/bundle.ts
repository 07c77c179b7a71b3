import { type OutputChunk, type Plugin, rolldown } from "rolldown";

const entryId = "fluvial-test:entry.js";

/** A module that stands in no file: a user's, resolving what it imports from `folder`. */
const entryPlugin = (code: string, folder: string): Plugin => ({
  name: "entry",
  resolveId(specifier, importer) {
    if (specifier === entryId) return entryId;
    return importer === entryId ? this.resolve(specifier, `${folder}/page.js`) : undefined;
  },
  load: (id) => (id === entryId ? code : undefined),
});

export interface BundleOptions {
  /** The folder that imports are resolved from. */
  readonly from: string;
  readonly external?: readonly string[];
}

/** One module with all that it imports, as a user's bundler makes it for browsers. */
export const bundle = async (code: string, { from, external = [] }: BundleOptions): Promise<string> => {
  const build = await rolldown({
    input: entryId,
    cwd: from,
    platform: "browser",
    external: [...external],
    plugins: [entryPlugin(code, from)],
    logLevel: "silent",
  });
  const { output } = await build.generate({ format: "esm", codeSplitting: false });
  await build.close();
  return (output[0] as OutputChunk).code;
};
