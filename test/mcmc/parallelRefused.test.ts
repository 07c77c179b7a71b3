import { afterEach, describe, expect, it, vi } from "vitest";
import { hostKey } from "../../src/core/key.ts";
import { chains } from "../../src/mcmc/chains.ts";
import { aroundData } from "./densitiesCompiled.ts";

const short = { chains: 3, warmup: 60, draws: 2000, restEvery: 5 };

/** Scripts that threads run instead of ours: none of them ever takes a chain. */
const broken = {
  "a script that fails": "throw new Error('not here')",
  "a script that ends by itself": "process.exit(3)",
  "a script that cannot be read": "const const",
};

describe("where threads do not start", () => {
  afterEach(() => {
    vi.doUnmock("#worker");
    vi.restoreAllMocks();
  });
  for (const [name, source] of Object.entries(broken))
    it(`chains run one after the other, and it is said once: ${name}`, async () => {
      vi.doMock("#worker", () => ({ default: source }));
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      const gradient = aroundData();
      const alone = await chains(gradient, hostKey(1), { ...short, workers: 1 });
      expect(warn).not.toHaveBeenCalled();
      expect(await chains(gradient, hostKey(1), { ...short, workers: 3 })).toEqual(alone);
      expect(warn).toHaveBeenCalledOnce();
      expect(warn.mock.calls[0][0]).toMatch(
        /^fluvial: worker threads do not start here \(.+\): chains run one after the other$/,
      );
    });
});
