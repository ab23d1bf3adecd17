#!/usr/bin/env node
// Opens the built page in Firefox and compares it with the native program.
//
//   node tests/firefox.mjs FABRICSCOPE SCENE [WEB_DIR]
//
// FABRICSCOPE is the native binary, SCENE the scene that the page opens with, WEB_DIR the output of web/build (target/web). A picture
// goes to WEB_DIR/../web-shots. One line per check; exit status 1 if any fails, 0 without Firefox. Needs Firefox ($FIREFOX, or
// `firefox-esr` or `firefox` on the path), and a display or Xvfb: without one Firefox has no WebGL. Fetches puppeteer-core once, from npm.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { homedir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const PUPPETEER = "24.43.1";
const TIMEOUT_MS = 120_000;
const DISPLAY = ":97";

const [native, scene, webDir = "target/web"] = process.argv.slice(2);
if (!scene) {
  console.error("usage: node tests/firefox.mjs FABRICSCOPE SCENE [WEB_DIR]");
  process.exit(2);
}
const onPath = (name) => spawnSync("which", [name], { encoding: "utf8" }).stdout.trim();
const firefox = process.env.FIREFOX || onPath("firefox-esr") || onPath("firefox");
const needsDisplay = process.platform === "linux" && !process.env.DISPLAY;
if (!firefox || (needsDisplay && !onPath("Xvfb"))) {
  console.log(`SKIPPED: no ${firefox ? "display, and no Xvfb" : "Firefox"}`);
  process.exit(0);
}

const folder = join(process.env.FABRICSCOPE_CACHE || join(homedir(), ".cache/fabricscope"), `puppeteer-core-${PUPPETEER}`);
const entry = join(folder, "node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js");
if (!existsSync(entry)) {
  mkdirSync(folder, { recursive: true });
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, `puppeteer-core@${PUPPETEER}`], { stdio: "inherit" });
}
const { default: puppeteer } = await import(pathToFileURL(entry));

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml", ".webp": "image/webp", ".webmanifest": "application/manifest+json" };
const server = createServer((request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  const file = join(resolve(webDir), normalize(path === "/" ? "/index.html" : path));
  if (!existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
  return response.end(readFileSync(file));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const url = `http://127.0.0.1:${server.address().port}/`;

const display = needsDisplay ? spawn("Xvfb", [DISPLAY, "-screen", "0", "1400x1000x24"], { stdio: "ignore" }) : null;
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: firefox,
  headless: false,
  extraPrefsFirefox: { "webgl.force-enabled": true, "webgl.out-of-process": false },
  env: { ...process.env, ...(display ? { DISPLAY } : {}) },
});
const page = await browser.newPage();
await page.setViewport({ width: 1280, height: 720 });
page.setDefaultTimeout(TIMEOUT_MS);
const complaints = [];
page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
page.on("pageerror", (error) => complaints.push(error.message));

let failures = 0;
async function check(behaviour, test) {
  const start = performance.now();
  try {
    await test();
    console.log(`ok    ${behaviour} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL  ${behaviour}\n      ${String(error.message ?? error).split("\n").slice(0, 20).join("\n      ")}`);
  }
}

console.log(`      ${await browser.version()}`);
await check("the first frame removes the cover", async () => {
  await page.goto(`${url}?embed&autoplay=0`);
  await page.evaluate(() => window.fabricscope.ready.then(() => true));
  await page.waitForFunction(() => document.getElementById("cover").hidden);
});

await check("state() equals `run --json` in every figure", async () => {
  const expected = JSON.parse(execFileSync(native, ["run", scene, "--json"], { encoding: "utf8" }));
  const { clock, drawing, ...rest } = await page.evaluate(() => window.fabricscope.state());
  assert.deepEqual(rest, expected);
  assert.deepEqual([clock.playing, typeof drawing.frames], [false, "number"]);
});

await check("the clock plays, and keys reach the program", async () => {
  await page.focus("#fabricscope");
  await page.keyboard.press(" ");
  await page.waitForFunction(() => window.fabricscope.state().clock.playing && window.fabricscope.state().clock.time_s > 0);
  await page.keyboard.press(" ");
  await page.waitForFunction(() => !window.fabricscope.state().clock.playing);
});

await check("a scene is changed and explained", async () => {
  const { time_s } = (await page.evaluate(() => window.fabricscope.set("workload.message", "64MiB"))).fabrics[0];
  const native64 = JSON.parse(execFileSync(native, ["run", scene, "--set", "workload.message=64MiB", "--json"], { encoding: "utf8" }));
  assert.equal(time_s, native64.fabrics[0].time_s);
  assert((await page.evaluate(() => window.fabricscope.explain())).fabrics.length > 0);
});

await check("pictures and films are made", async () => {
  for (const [kind, options, start] of [["png", { scale: 2 }, "89504e47"], ["apng", { fps: 1, size: [320, 180] }, "89504e47"], ["webm", { fps: 1, size: [320, 180] }, "1a45dfa3"]]) {
    const made = await page.evaluate(async (what, more) => {
      const { bytes, width, pictures } = await window.fabricscope.export(what, more);
      return { length: bytes.length, start: [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(""), width, pictures };
    }, kind, options);
    assert.equal(made.start, start, kind);
    assert.deepEqual([made.width, made.pictures], kind === "png" ? [2560, 1] : [320, 13]);
    console.log(`      ${kind}: ${made.length} bytes`);
  }
});

await check("there are no errors", () => assert.deepEqual(complaints, []));
const shots = resolve(webDir, "../web-shots");
mkdirSync(shots, { recursive: true });
await page.screenshot({ path: join(shots, "firefox.png") });
await browser.close();
display?.kill();
server.close();
process.exit(failures ? 1 : 0);
