// Frames that nobody can see: they wait.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { answerWith, browser, check, frames, idle, newPage, otherPath, ready, run, server, state, until } from "./support.mjs";

const moving = { reducedMotion: "no-preference" };

/** A page with a playing frame below a space, and the frame. */
async function playingFrame(path) {
  answerWith(server, path, '<div id="above" style="height:0"></div><iframe id="frame" src="/"></iframe><div style="height:4000px"></div>');
  const page = await newPage(browser, undefined, moving);
  await page.goto(`${server.url}${path.slice(1)}`);
  const frame = page.frames()[1];
  await ready(frame);
  await until(frame, () => window.fabricscope.state().clock.playing && window.fabricscope.state().clock.time_s > 0);
  return { page, frame };
}

/** While hidden nothing is drawn and the clock stands; a load is answered; visible again, it plays on from there. */
async function waits(page, frame, hide, show) {
  await page.evaluate(hide);
  await frames(page, 30);
  const [before, draws] = [(await state(frame)).clock, await frame.evaluate(() => window.draws)];
  await frames(page, 60);
  assert.deepEqual((await state(frame)).clock, before, "the clock stands");
  assert.equal(await frame.evaluate(() => window.draws), draws, "nothing is drawn");
  assert(before.playing && before.time_s < before.duration_s, "it only waits");
  const loaded = await frame.evaluate((text) => window.fabricscope.load(text), readFileSync(otherPath, "utf8"));
  assert.equal(loaded.scene.hash, run(otherPath).scene.hash);
  assert.equal(loaded.clock.time_s, 0);
  await frames(page, 30);
  assert.equal((await state(frame)).clock.time_s, 0, "still standing");
  await page.evaluate(show);
  await until(frame, () => window.fabricscope.state().clock.time_s > 0);
  assert((await state(frame)).clock.playing);
}

await check("a frame that is not displayed waits", async () => {
  const { page, frame } = await playingFrame("/display");
  await waits(page, frame, () => { document.getElementById("frame").style.display = "none"; }, () => { document.getElementById("frame").style.display = ""; });
  await page.context().close();
});

await check("a frame that is scrolled out of view waits", async () => {
  const { page, frame } = await playingFrame("/scrolled");
  await waits(page, frame, () => scrollTo(0, 3000), () => scrollTo(0, 0));
  await page.context().close();
});

await check("a frame that was never seen starts at the beginning", async () => {
  answerWith(server, "/below", '<div style="height:4000px"></div><iframe src="/"></iframe>');
  const page = await newPage(browser, undefined, moving);
  await page.goto(`${server.url}below`);
  const frame = page.frames()[1];
  await ready(frame);
  await idle(frame);
  const { clock } = await state(frame);
  assert.deepEqual([clock.time_s, clock.playing], [0, true]);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await until(frame, () => window.fabricscope.state().clock.time_s > 0);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
