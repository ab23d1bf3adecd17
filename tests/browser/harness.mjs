// What the tests of all browsers share: drivers from npm, a server, and checks that are counted.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { homedir } from "node:os";
import { extname, join, normalize } from "node:path";
import { pathToFileURL } from "node:url";

/** A package of npm, fetched once; `entry` is its module. */
export async function fetched(name, version, entry) {
  const cache = process.env.FABRICSCOPE_CACHE || join(homedir(), ".cache/fabricscope");
  const folder = join(cache, `${name}-${version}`);
  const file = join(folder, "node_modules", name, entry);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, `${name}@${version}`], { stdio: "inherit" });
  }
  return import(pathToFileURL(file));
}

/** A static server for the page, on any free port. `answers` replaces the response for a path, as of a bad server. */
export async function serve(root) {
  const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml", ".webp": "image/webp", ".webmanifest": "application/manifest+json" };
  const answers = new Map();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    if (answers.has(path)) return answers.get(path)(response);
    const file = join(root, normalize(path === "/" ? "/index.html" : path));
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", "cache-control": "no-store" });
    response.end(readFileSync(file));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}/`, answers, close: () => server.close() };
}

let failures = 0;
export const failed = () => failures;

export async function check(behaviour, test) {
  const start = performance.now();
  try {
    await test();
    console.log(`ok    ${behaviour} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL  ${behaviour}\n      ${String(error.message ?? error).split("\n").slice(0, 24).join("\n      ")}`);
  }
}
