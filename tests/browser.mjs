#!/usr/bin/env node
// Opens the built page in headless Chromium and compares it with the native program.
//
//   node tests/browser.mjs FABRICSCOPE SCENE OTHER_SCENE [WEB_DIR]
//
// FABRICSCOPE is the native binary, SCENE the scene that the page opens with, OTHER_SCENE any other scene, WEB_DIR the
// output of web/build (target/web). Pictures go to WEB_DIR/../web-shots. One line per check; exit status 1 if any fails.
// Needs Chromium ($CHROMIUM, or `chromium` on the path) and fetches playwright-core once, from npm.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { homedir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const PLAYWRIGHT = "1.65.1";
const TIMEOUT_MS = 90_000; // per condition; software rendering on a busy machine is slow

const [native, scenePath, otherPath, webDir = "target/web"] = process.argv.slice(2);
if (!otherPath) {
  console.error("usage: node tests/browser.mjs FABRICSCOPE SCENE OTHER_SCENE [WEB_DIR]");
  process.exit(2);
}
const shots = resolve(webDir, "../web-shots");
mkdirSync(shots, { recursive: true });

// ---- tools ------------------------------------------------------------------------------------------------------

async function loadPlaywright() {
  const cache = process.env.FABRICSCOPE_CACHE || join(homedir(), ".cache/fabricscope");
  const folder = join(cache, `playwright-core-${PLAYWRIGHT}`);
  const entry = join(folder, "node_modules/playwright-core/index.mjs");
  if (!existsSync(entry)) {
    mkdirSync(folder, { recursive: true });
    execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, `playwright-core@${PLAYWRIGHT}`], { stdio: "inherit" });
  }
  return import(pathToFileURL(entry));
}

/** A static server for the page, on any free port. `answers` replaces the response for a path, as of a bad server. */
async function serve(root) {
  const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };
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
async function check(behaviour, test) {
  const start = performance.now();
  try {
    await test();
    console.log(`ok    ${behaviour} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL  ${behaviour}\n      ${String(error.message ?? error).split("\n").slice(0, 24).join("\n      ")}`);
  }
}

/** The output of `fabricscope run SCENE --json`. */
const run = (scene) => JSON.parse(execFileSync(native, ["run", scene, "--json"], { encoding: "utf8", maxBuffer: 1 << 28 }));

// ---- the browser ------------------------------------------------------------------------------------------------

const { chromium } = await loadPlaywright();
const server = await serve(resolve(webDir));
const wasmPath = "/fabricscope_bg.wasm";
const wasm = readFileSync(join(webDir, wasmPath));
const launch = (...more) => chromium.launch({
  executablePath: process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync),
  args: [
    "--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ...more,
  ],
});
const browser = await launch();

/** A new page that records errors, failed requests, and requests to other servers. */
async function newPage(from = browser, viewport = { width: 1280, height: 720 }) {
  const context = await from.newContext({ viewport, reducedMotion: "reduce" });
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
const shoot = (page, name) => page.screenshot({ path: join(shots, `${name}.png`) });
const ready = (page) => page.evaluate(() => window.fabricscope.ready.then(() => true));
const state = (page) => page.evaluate(() => window.fabricscope.state());
const until = (page, condition, argument) => page.waitForFunction(condition, argument, { timeout: TIMEOUT_MS, polling: 50 });
const failureText = async (page) => {
  await page.locator("#failure").waitFor({ state: "visible" });
  return page.locator("#failure").innerText();
};

/** The number of colours of a picture (up to 1000). */
async function colours(png) {
  const page = await browser.newPage();
  const count = await page.evaluate(async (base64) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
    const seen = new Set();
    for (const pixel of pixels) if (seen.add(pixel).size >= 1000) break;
    return seen.size;
  }, png.toString("base64"));
  await page.close();
  return count;
}

/** Waits until the page shows the scene of `expected` (output of `run --json`), then compares every figure. */
async function agrees(page, expected) {
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

// ---- the checks -------------------------------------------------------------------------------------------------

const first = run(scenePath);
const second = run(otherPath);
const secondText = readFileSync(otherPath, "utf8");
const page = await newPage();

await check("the progress bar shows half of the download", async () => {
  let release;
  const released = new Promise((done) => { release = done; });
  server.answers.set(wasmPath, async (response) => {
    response.writeHead(200, { "content-type": "application/wasm" });
    response.write(wasm.subarray(0, wasm.length / 2));
    await released;
    response.end(wasm.subarray(wasm.length / 2));
  });
  try {
    await page.goto(server.url);
    const bar = page.getByRole("progressbar");
    await until(page, () => Number(document.querySelector("[role=progressbar]").ariaValueNow) >= 49);
    assert.match(await bar.getAttribute("aria-valuetext"), /^\d+\.\d of \d+\.\d megabytes$/);
    assert.equal(await page.getByRole("status").innerText(), "Loading");
    assert.match(await page.evaluate(() => { try { window.fabricscope.state(); } catch (error) { return error.message; } }), /still loading/);
    await shoot(page, "loading");
  } finally {
    release();
    server.answers.clear();
  }
});

await check("the first frame removes the cover", async () => {
  await ready(page);
  await page.locator("#cover").waitFor({ state: "hidden" });
  await shoot(page, "first");
});

await check("with prefers-reduced-motion, playback starts paused", async () => {
  await until(page, () => !window.fabricscope.state().clock.playing);
});

await check("state() equals `run --json` in every figure", () => agrees(page, first));

await check("the canvas shows a picture", async () => {
  const count = await colours(await page.locator("#fabricscope").screenshot());
  assert(count > 8, `only ${count} colours`);
});

await check("pause, seek and play move the clock", async () => {
  const { duration_s } = (await state(page)).clock;
  assert(duration_s > 0);
  const middle = duration_s / 2;
  await page.evaluate(() => window.fabricscope.pause());
  await until(page, () => !window.fabricscope.state().clock.playing);
  await page.evaluate((seconds) => window.fabricscope.seek(seconds), middle);
  await until(page, ([time, whole]) => Math.abs(window.fabricscope.state().clock.time_s - time) <= 1e-6 * whole, [middle, duration_s]);
  const still = await page.evaluate(async () => {
    const read = () => window.fabricscope.state().clock.time_s;
    const before = read();
    for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
    return [before, read()];
  });
  assert.equal(still[0], still[1], "the clock runs while paused");
  await page.evaluate(() => window.fabricscope.play());
  await until(page, (time) => window.fabricscope.state().clock.playing && window.fabricscope.state().clock.time_s !== time, still[1]);
  await page.evaluate(() => { window.fabricscope.pause(); window.fabricscope.seek(0); });
  await until(page, () => !window.fabricscope.state().clock.playing && window.fabricscope.state().clock.time_s === 0);
});

await check("invalid input is rejected with a message and changes nothing", async () => {
  const before = await state(page);
  const thrown = (action, argument) => page.evaluate(([name, value]) => {
    try { window.fabricscope[name](value); return null; } catch (error) { return error instanceof Error ? error.message : `not an Error: ${error}`; }
  }, [action, argument]);
  const message = await thrown("load", "(broken");
  assert(message?.length > 10, `load("(broken") threw ${message}`);
  assert.doesNotMatch(message, /^not an Error|panicked/);
  assert.match(await thrown("seek", "soon"), /seconds/);
  assert.match(await thrown("seek", -1), /seconds/);
  assert.match(await thrown("load", 7), /text/);
  assert.deepEqual(await state(page), before);
});

await check("load() opens another scene, and state() equals its `run --json`", async () => {
  assert.notEqual(first.scene.hash, second.scene.hash, "the two scenes are the same");
  await page.evaluate((text) => window.fabricscope.load(text), secondText);
  await agrees(page, second);
  await shoot(page, "second");
});

await check("every scene under scenes/ has the same trace as in the native program", async () => {
  const folder = new URL("../scenes/", import.meta.url);
  const scenes = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".ron"));
  assert(scenes.length >= 13, `only ${scenes.length} scenes`);
  const hashes = (report) => report.fabrics.map((fabric) => [fabric.id, fabric.trace_hash, fabric.time_s]);
  for (const name of scenes) {
    const path = fileURLToPath(new URL(name, folder));
    await page.evaluate((text) => window.fabricscope.load(text), readFileSync(path, "utf8"));
    const native = run(path);
    await until(page, (hash) => window.fabricscope.state()?.scene.hash === hash, native.scene.hash);
    assert.deepEqual(hashes(await state(page)), hashes(native), name);
  }
  await page.evaluate((text) => window.fabricscope.load(text), secondText);
  await agrees(page, second);
});

await check("files can be chosen, dropped and saved, and broken ones are rejected", async () => {
  const drop = (name, text) => page.evaluate(([fileName, content]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], fileName));
    document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, [name, text]);
  const notice = page.locator("#notice");
  await drop("first.ron", readFileSync(scenePath, "utf8"));
  await agrees(page, first);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.evaluate(() => window.fabricscopePickFile())]);
  await chooser.setFiles(otherPath);
  await agrees(page, second);
  await drop("huge.ron", " ".repeat(3 << 20));
  await notice.waitFor({ state: "visible" });
  assert.match(await notice.innerText(), /huge\.ron is too large for a scene: 3 MiB; the limit is 1 MiB/);
  await drop("broken.ron", "(broken");
  await notice.getByText("Cannot open broken.ron").waitFor();
  await shoot(page, "refused");
  await notice.getByRole("button").click();
  await notice.waitFor({ state: "hidden" });
  const [download] = await Promise.all([page.waitForEvent("download"), page.evaluate(() => window.fabricscopeSaveFile("a.ron", "Σ text"))]);
  assert.equal(download.suggestedFilename(), "a.ron");
  assert.equal(readFileSync(await download.path(), "utf8"), "Σ text");
});

await check("a log of nccl-tests opens over the scene, and a broken one is rejected", async () => {
  const log = readFileSync(new URL("logs/h100-1x8.txt", import.meta.url), "utf8");
  const open = (text) => page.evaluate((content) => {
    try { window.fabricscope.load(content, "run.txt"); return null; } catch (error) { return error.message; }
  }, text);
  assert.match(await open("out-of-place in-place busbw\n# nothing measured\n"), /run\.txt/);
  const before = await state(page);
  assert.equal(await open(log), null);
  await page.evaluate(async () => { for (let frame = 0; frame < 20; frame += 1) await new Promise(requestAnimationFrame); });
  await shoot(page, "log");
  assert.deepEqual((await state(page)).fabrics, before.fabrics, "the scene stays");
  await page.locator("#fabricscope").focus();
  await page.keyboard.press("Escape");
  await shoot(page, "log-closed");
});

await check("the browser keeps its own keys", async () => {
  const kept = await page.evaluate(() => [{ key: "F5" }, { key: "F12" }, { key: "r", ctrlKey: true }, { key: "+", ctrlKey: true }, { key: " " }].map((key) => {
    const event = new KeyboardEvent("keydown", { ...key, code: key.key, bubbles: true, cancelable: true });
    document.getElementById("fabricscope").dispatchEvent(event);
    return event.defaultPrevented;
  }));
  assert.deepEqual(kept, [false, false, false, false, true]); // Space would scroll the page
});

await check("the canvas follows the window", async () => {
  const fits = (size) => until(page, ([width, height]) => {
    const canvas = document.getElementById("fabricscope");
    return canvas.clientWidth === width && canvas.clientHeight === height && canvas.width === width && canvas.height === height;
  }, size);
  await fits([1280, 720]);
  await page.setViewportSize({ width: 800, height: 600 });
  await fits([800, 600]);
  await page.setViewportSize({ width: 1280, height: 720 });
  await fits([1280, 720]);
});

await check("there are fewer than 100 draw calls", async () => {
  await page.evaluate(() => { window.fabricscope.seek(0); window.fabricscope.play(); });
  await until(page, () => window.fabricscope.state().drawing.frames >= 60 && window.fabricscope.state().drawing.packets > 0);
  await page.evaluate(() => window.fabricscope.pause());
  const { drawing } = await state(page);
  console.log(`      drawing: ${JSON.stringify(drawing)}`);
  assert(drawing.draw_calls < 100, `${drawing.draw_calls} draw calls`);
});

await check("there are no errors, failed requests or requests to other servers", () => assert.deepEqual(page.complaints, []));

await check("a lost graphics context shows a message, and reloading recovers", async () => {
  await page.evaluate(() => document.getElementById("fabricscope").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext());
  assert.match(await failureText(page), /has stopped[^]*context lost/);
  assert.match(await page.evaluate(() => { try { window.fabricscope.play(); } catch (error) { return error.message; } }), /has stopped/);
  await shoot(page, "stopped");
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Reload" }).click()]);
  await ready(page);
});
await page.context().close();

await check("in a frame at two pixels per point, the parent is notified of the first frame", async () => {
  server.answers.set("/embed", (response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end('<!doctype html><link rel="icon" href="data:,"><script>heard = []; onmessage = ({ data }) => heard.push(data.type)</script><iframe src="/" style="width:640px;height:360px;border:0"></iframe>');
  });
  // The browser's own scale: the size in device pixels that a page can query ignores the scale that Playwright emulates.
  const sharp = await launch("--force-device-scale-factor=2", "--window-size=1280,800");
  const embed = await newPage(sharp, null);
  await embed.goto(`${server.url}embed`);
  await until(embed, () => heard.includes("fabricscope:ready"));
  const frame = embed.frames()[1];
  await until(frame, () => {
    const canvas = document.getElementById("fabricscope");
    return devicePixelRatio === 2 && canvas.clientWidth === 640 && canvas.width === 1280;
  });
  await frame.locator("#cover").waitFor({ state: "hidden" });
  await shoot(embed, "embedded");
  assert.deepEqual(embed.complaints, []);
  await sharp.close();
});

await check("without WebGL 2, the page shows a message and does not fetch the program", async () => {
  const bare = await newPage();
  await bare.addInitScript(() => {
    const original = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind === "webgl2" ? null : original.call(this, kind, ...rest); };
  });
  let fetched = false;
  bare.on("request", (request) => { fetched ||= request.url().includes(".wasm"); });
  await bare.goto(server.url);
  assert.match(await failureText(bare), /WebGL 2/);
  assert.match(await bare.evaluate(() => window.fabricscope.ready.catch((error) => error.message)), /WebGL 2/);
  assert(!fetched, "the program was fetched although the browser cannot draw it");
  assert.deepEqual(bare.complaints, []);
  await shoot(bare, "no-webgl2");
  await bare.context().close();
});

const badAnswers = {
  "a missing program": [(response) => response.writeHead(404).end(), /did not load[^]*404/],
  "a truncated program": [(response) => { response.writeHead(200, { "content-length": wasm.length }); response.write(wasm.subarray(0, 100_000), () => response.destroy()); }, /did not load/],
  "a corrupt program": [(response) => { response.writeHead(200); response.end(Buffer.concat([wasm.subarray(0, 8), Buffer.alloc(1000, 0xff)])); }, /cannot run/],
};
for (const [failure, [answer, message]] of Object.entries(badAnswers)) {
  await check(`${failure} shows a message with the reason`, async () => {
    const bad = await newPage();
    server.answers.set(wasmPath, answer);
    await bad.goto(server.url);
    assert.match(await failureText(bad), message);
    assert.notEqual(await bad.locator("#failure pre").innerText(), "");
    await shoot(bad, failure.replaceAll(" ", "-"));
    server.answers.clear();
    await bad.context().close();
  });
}

await browser.close();
server.close();
console.log(failures ? `${failures} checks failed; pictures in ${shots}` : `all passed; pictures in ${shots}`);
process.exit(failures ? 1 : 0);
