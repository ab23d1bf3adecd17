// Times from the navigation to the first frame that draws, of two pages in turn, each in a browser context of its own.
//
//   node benches/first-frame/measure.mjs WEB_DIR BARE_DIR ROUNDS

import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { fetched, serve } from "../../tests/browser/harness.mjs";

const [webDir, bareDir, rounds] = process.argv.slice(2);
const { chromium } = await fetched("playwright-core", "1.65.1", "index.mjs");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync),
  args: ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
});
const pages = [
  { name: "fabricscope", server: await serve(resolve(webDir)), times: [] },
  { name: "bare page", server: await serve(resolve(bareDir)), times: [] },
];

/** Runs in the page: notes when the first frame with a draw call has ended. */
function noteFirstFrame() {
  // After the first visit, which begins with a landing page.
  try { localStorage.setItem("fabricscope:first-start", "shown"); } catch { /* no storage */ }
  window.firstFrame = new Promise((resolved) => {
    const context = WebGL2RenderingContext.prototype;
    for (const name of ["drawArrays", "drawArraysInstanced", "drawElements", "drawElementsInstanced"]) {
      const original = context[name];
      context[name] = function (...rest) {
        requestAnimationFrame(() => resolved(performance.now()));
        return original.apply(this, rest);
      };
    }
  });
}

for (let round = 0; round < Number(rounds); round += 1) {
  for (const { server, times } of round % 2 ? pages : [...pages].reverse()) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, serviceWorkers: "block" });
    await context.addInitScript(noteFirstFrame);
    const page = await context.newPage();
    await page.goto(server.url, { waitUntil: "commit" });
    times.push(await page.evaluate(() => window.firstFrame));
    await context.close();
  }
}
await browser.close();

const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
for (const { name, server, times } of pages) {
  console.log(`${name.padEnd(12)} ${median(times).toFixed(0)} ms (${times.map((time) => time.toFixed(0)).join(", ")})`);
  server.close();
}
console.log(`ratio        ${(median(pages[0].times) / median(pages[1].times)).toFixed(2)}`);
