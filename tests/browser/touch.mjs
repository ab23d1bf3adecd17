// A telephone: taps and drags by finger, above all while nothing is drawn.

import assert from "node:assert/strict";

import { browser, check, frames, idle, newPage, ready, server, shoot, state, until } from "./support.mjs";

const upright = { width: 390, height: 844 };
const page = await newPage(browser, upright, { hasTouch: true });
const fingers = await page.context().newCDPSession(page);
const finger = (type, x, y) => fingers.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
const playing = () => page.evaluate(() => window.fabricscope.state().clock.playing);

/** Taps, and holds for as many frames. */
async function tap(x, y, held = 0) {
  await finger("touchStart", x, y);
  await frames(page, held);
  await finger("touchEnd", x, y);
}

// Where things are at 390 x 844 points.
const play = [82, 28];
const playOnItsSide = [130, 28]; // after the button for the start, which has room there
const scenes = [250, 28];
const tabB = [300, 80];
const rows = 760;

await page.goto(server.url);
await ready(page);
await page.locator("#cover").waitFor({ state: "hidden" });

await check("ten of ten taps act while nothing is drawn", async () => {
  for (let number = 0; number < 10; number += 1) {
    await idle(page);
    const before = await playing();
    await tap(...play, number % 2 ? 10 : 0);
    await until(page, (was) => window.fabricscope.state().clock.playing !== was, before);
    // Pausing, so that the next tap finds nothing drawn again: half of the taps start, half stop.
    if (!before) { await tap(...play); await until(page, () => !window.fabricscope.state().clock.playing); }
  }
});

await check("a finger scrubs while nothing is drawn", async () => {
  await page.evaluate(() => window.fabricscope.seek(0));
  await until(page, () => window.fabricscope.state().clock.time_s === 0);
  for (const [from, to] of [[200, 260], [260, 340], [340, 220]]) {
    await idle(page);
    const { time_s } = (await state(page)).clock;
    await finger("touchStart", from, rows);
    for (let step = 1; step <= 4; step += 1) await finger("touchMove", from + (to - from) * step / 4, rows);
    await finger("touchEnd");
    await until(page, (before) => window.fabricscope.state().clock.time_s !== before, time_s);
    assert(!await playing());
  }
});

await check("a finger changes the fabric and the scene", async () => {
  await idle(page);
  await tap(...tabB);
  await idle(page);
  await shoot(page, "phone-fabric-b");
  await tap(...scenes);
  await idle(page);
  await shoot(page, "phone-scenes");
  const { hash } = (await state(page)).scene;
  await tap(190, 370); // the second one
  await until(page, (before) => window.fabricscope.state().scene.hash !== before, hash);
  await idle(page);
  await shoot(page, "phone-other-scene");
});

await check("a telephone on its side plays and scrubs", async () => {
  await page.setViewportSize({ width: upright.height, height: upright.width });
  await until(page, () => document.getElementById("fabricscope").width === 844);
  await idle(page);
  await shoot(page, "phone-on-its-side");
  const { time_s } = (await state(page)).clock;
  await tap(500, 390 - 22);
  await until(page, (before) => window.fabricscope.state().clock.time_s !== before, time_s);
  await idle(page);
  await tap(...playOnItsSide);
  await until(page, () => window.fabricscope.state().clock.playing);
});

await check("touch leaves no errors behind", () => assert.deepEqual(page.complaints, []));
await page.context().close();
