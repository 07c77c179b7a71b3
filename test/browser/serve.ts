import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

export interface Site {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves files made here, by path, and those of a folder; on this machine alone, with no header but their type. */
export const serve = async (made: Readonly<Record<string, string>>, folder: string): Promise<Site> => {
  const server = createServer(async ({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    try {
      const body = made[pathname] ?? (await readFile(join(folder, pathname)));
      response.writeHead(200, { "content-type": types[extname(pathname)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
};
