// Tools of the browser tests: server, browser, pages, and what they wait for.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { fetched, serve } from "./harness.mjs";

const PLAYWRIGHT = "1.65.1";
const TIMEOUT_MS = Number(process.env.TIMEOUT_MS ?? 90_000); // per condition; software rendering on a busy machine is slow

const [native, scenePath, otherPath, webDir = "target/web"] = process.argv.slice(2);
if (!otherPath) {
  console.error("usage: node tests/browser.mjs FABRICSCOPE SCENE OTHER_SCENE [WEB_DIR]");
  process.exit(2);
}
export { check, failed, serve } from "./harness.mjs";
export { otherPath, scenePath, webDir };
export const shots = resolve(webDir, "../web-shots");
mkdirSync(shots, { recursive: true });

// ---- tools ------------------------------------------------------------------------------------------------------

/** What the native program prints. */
export const printed = (...words) => execFileSync(native, words, { encoding: "utf8", maxBuffer: 1 << 28 });
/** The JSON that the native program prints. */
export const cli = (...words) => JSON.parse(printed(...words));
/** The output of `fabricscope run SCENE --json`. */
export const run = (scene) => cli("run", scene, "--json");

// ---- the browser ------------------------------------------------------------------------------------------------

const { chromium } = await fetched("playwright-core", PLAYWRIGHT, "index.mjs");
export const server = await serve(resolve(webDir));
export const wasmPath = "/fabricscope_bg.wasm";
export const wasm = readFileSync(join(webDir, wasmPath));
export const launch = (...more) => chromium.launch({
  executablePath: process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync),
  args: [
    "--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ...more,
  ],
});
export const browser = await launch();

/** What a page keeps after the first visit, which begins with a question. */
const visited = () => { try { localStorage.setItem("fabricscope:first-start", "shown"); } catch { /* no storage */ } };

/** A new page that records errors, failed requests, and requests to other servers. */
export async function newPage(from = browser, viewport = { width: 1280, height: 720 }, { first = false, ...more } = {}) {
  const context = await from.newContext({ viewport, reducedMotion: "reduce", serviceWorkers: "block", ...more });
  await context.addInitScript(countDraws);
  if (!first) await context.addInitScript(visited);
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  page.complaints = [];
  const complain = (text) => page.complaints.push(text);
  page.on("console", (message) => { if (message.type() === "error") complain(`console: ${message.text()}`); });
  page.on("pageerror", (error) => complain(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Chromium sometimes reports a stream that it has read to its end as aborted. That is not a failure: without its data
    // there would be no first frame.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") complain(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on("response", (response) => { if (response.status() >= 400) complain(`${response.status()}: ${response.url()}`); });
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) complain(`request to another server: ${request.url()}`);
  });
  return page;
}

/** Runs in the page: counts its draw calls, which tell whether anything is drawn. */
function countDraws() {
  window.draws = 0;
  const context = WebGL2RenderingContext.prototype;
  for (const name of ["drawArrays", "drawArraysInstanced", "drawElements", "drawElementsInstanced"]) {
    const original = context[name];
    context[name] = function (...rest) { window.draws += 1; return original.apply(this, rest); };
  }
}

export const shoot = (page, name) => page.screenshot({ path: join(shots, `${name}.png`) });
export const ready = (page) => page.evaluate(() => window.fabricscope.ready.then(() => true));
export const state = (page) => page.evaluate(() => window.fabricscope.state());
export const until = (page, condition, argument) => page.waitForFunction(condition, argument, { timeout: TIMEOUT_MS, polling: 50 });
export const failureText = async (page) => {
  await page.locator("#failure").waitFor({ state: "visible" });
  return page.locator("#failure").innerText();
};

/** Waits for as many frames of a page or frame. */
export const frames = (page, count) => page.evaluate(async (wanted) => {
  for (let frame = 0; frame < wanted; frame += 1) await new Promise(requestAnimationFrame);
}, count);

/** Waits until the program has drawn nothing for 30 frames of the page. */
export const idle = (page) => page.evaluate(async () => {
  for (let still = 0, before = window.draws; still < 30; still += 1) {
    await new Promise(requestAnimationFrame);
    if (window.draws !== before) [still, before] = [0, window.draws];
  }
});

/** Answers the path with a page around frames: its body and a script. */
export function answerWith(server, path, body) {
  server.answers.set(path, (response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(`<!doctype html><link rel="icon" href="data:,"><style>iframe { width: 640px; height: 400px; border: 0; display: block }</style>${body}`);
  });
}

/** The pixels of a picture, in a page of its own, given to `count`: a function of an array of bytes, four per pixel. */
async function pixels(png, count) {
  const page = await browser.newPage();
  const result = await page.evaluate(async ([base64, source]) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return new Function("bytes", `return (${source})(bytes)`)(context.getImageData(0, 0, bitmap.width, bitmap.height).data);
  }, [png.toString("base64"), count.toString()]);
  await page.close();
  return result;
}

/** The number of colours of a picture (up to 1000). */
export const colours = (png) => pixels(png, (bytes) => {
  const seen = new Set();
  for (const pixel of new Uint32Array(bytes.buffer)) if (seen.add(pixel).size >= 1000) break;
  return seen.size;
});

/** The mean brightness of a page, from 0 to 255. */
export const brightness = async (page) => pixels(await page.screenshot(), (bytes) => {
  let sum = 0;
  for (let place = 0; place < bytes.length; place += 4) sum += bytes[place] + bytes[place + 1] + bytes[place + 2];
  return sum / (bytes.length / 4 * 3);
});

/** Waits until the page shows the scene of `expected` (output of `run --json`), then compares every figure. */
export async function agrees(page, expected) {
  await until(page, (hash) => window.fabricscope.state()?.scene.hash === hash, expected.scene.hash);
  const { clock, drawing, ...rest } = await state(page);
  assert.deepEqual(rest, expected);
  for (const name of ["frames", "systems_ms", "extraction_ms", "draw_calls", "upload_bytes", "packets"]) {
    assert.equal(typeof drawing[name], "number", `drawing.${name}`);
  }
  for (const [name, kind] of Object.entries({ time_s: "number", playing: "boolean", speed: "number", mode: "string", duration_s: "number" })) {
    assert.equal(typeof clock[name], kind, `clock.${name}`);
  }
}
