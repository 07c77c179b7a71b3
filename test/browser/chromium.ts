import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * Where Chromium lies: FLUVIAL_CHROMIUM, else the first of the usual places that is there.
 * @throws where FLUVIAL_CHROMIUM names no file: who sets it means it.
 */
export const findChromium = (): string | undefined => {
  const named = process.env.FLUVIAL_CHROMIUM;
  if (named && !existsSync(named)) throw new Error(`FLUVIAL_CHROMIUM: expected a Chromium, got no file at "${named}"`);
  return named || usualPlaces.find((path) => existsSync(path));
};

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ["--disable-dev-shm-usage"] });

/** What a page came to. */
export interface Visit<T> {
  readonly outcome: T;
  /** Warnings and errors of the console, and errors that nobody caught. */
  readonly complaints: readonly string[];
  /** False on a page that is served like any other, without headers that ask for it. */
  readonly crossOriginIsolated: boolean;
}

declare global {
  /** Set by the page: what it computes. */
  var outcome: Promise<unknown> | undefined;
}

/** Opens a page, where a script runs first if one is given, and waits for what it computes. */
export const visit = async <T>(browser: Browser, url: string, first?: string): Promise<Visit<T>> => {
  const page = await browser.newPage();
  if (first) await page.addInitScript(first);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["warning", "error"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`not loaded: ${request.url()}`));
  try {
    await page.goto(url, { waitUntil: "load" });
    const result = await page.evaluate(async () => ({
      outcome: await (globalThis.outcome ?? Promise.reject(new Error("the page's module did not run"))),
      crossOriginIsolated: globalThis.crossOriginIsolated,
    }));
    return { ...result, outcome: result.outcome as T, complaints };
  } catch (error) {
    throw new Error(`${url}: ${String(error)}\n${complaints.join("\n")}`);
  } finally {
    await page.close();
  }
};
