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
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import { check, failed, fetched, serve } from "./browser/harness.mjs";

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

const { default: puppeteer } = await fetched("puppeteer-core", PUPPETEER, "lib/esm/puppeteer/puppeteer-core.js");
const server = await serve(resolve(webDir));

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

console.log(`      ${await browser.version()}`);
await check("the first frame removes the cover", async () => {
  await page.goto(`${server.url}?embed&autoplay=0`);
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
process.exit(failed() ? 1 : 0);
