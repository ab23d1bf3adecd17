// The page in a frame of another page: focus, wheel, Tab, and a parent from the same or from another server.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { answerWith, check, frames, idle, launch, newPage, otherPath, ready, run, scenePath, serve, server, shoot, state, until, webDir } from "./support.mjs";

await check("in a frame at two pixels per point, the parent is notified of the first frame", async () => {
  answerWith(server, "/embed", '<script>heard = []; onmessage = ({ data }) => heard.push(data.type)</script><iframe src="/" style="width:640px;height:360px"></iframe>');
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
const other = await serve(resolve(webDir)); // another port: another origin
for (const [kind, from] of [["the same", server], ["another", other]]) {
  await check(`a frame from ${kind} origin leaves focus, wheel and keys to the page until it is clicked`, async () => {
    answerWith(server, "/course", `<input id="search"><script>
      heard = []; keys = []; onmessage = ({ data }) => heard.push(data.type); onkeydown = ({ key }) => keys.push(key);
    </script><div style="height:300px"></div><iframe src="${from.url}"></iframe><div style="height:3000px"></div>`);
    const page = await newPage();
    await page.goto(`${server.url}course`);
    await page.locator("#search").focus();
    await until(page, () => heard.includes("fabricscope:ready"));
    await page.keyboard.type("hello");
    assert.equal(await page.locator("#search").inputValue(), "hello");
    const frame = page.frames()[1];
    await frame.locator("#cover").waitFor({ state: "hidden" });

    const wheel = async (down) => { await page.mouse.wheel(0, down); await frames(page, 20); return page.evaluate(() => scrollY); };
    await page.mouse.move(320, 500);
    assert(await wheel(100) > 0, "the wheel over the frame scrolls the page");
    await until(frame, () => / \+ wheel zooms$/.test(document.getElementById("hint").textContent));
    await frame.locator("#hint").waitFor({ state: "hidden" });
    const there = await page.evaluate(() => scrollY);
    await page.keyboard.down("Control");
    assert.equal(await wheel(-50), there, "with Ctrl it zooms");
    await page.keyboard.up("Control");
    await page.mouse.click(320, 400 - there + 300 - 100);
    await until(frame, () => document.activeElement.id === "fabricscope");
    assert.equal(await wheel(-50), there, "after a click it zooms");

    const outline = await frame.locator("#fabricscope").evaluate((canvas) => getComputedStyle(canvas).outlineStyle);
    assert.equal(outline, "solid", "a ring shows who has the keys");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Escape"); // clears the selection of the click
    await idle(frame);
    await page.keyboard.press("Escape");
    await until(frame, () => document.activeElement.id !== "fabricscope");
    await page.keyboard.press("ArrowRight");
    await until(page, () => keys.includes("ArrowRight"));
    assert.deepEqual(await page.evaluate(() => keys.filter((key) => key.startsWith("Arrow"))), ["ArrowRight"], "only the second one");
    await page.context().close();
  });
}

await check("Tab goes through the controls of a frame and leaves at both ends", async () => {
  answerWith(server, "/tabs", '<button id="before">before</button><iframe src="/" style="width:960px;height:600px"></iframe><button id="after">after</button>');
  const page = await newPage();
  await page.goto(`${server.url}tabs`);
  const frame = page.frames()[1];
  await ready(frame);
  await idle(frame);
  await page.locator("#before").focus();
  const press = async (key) => { await page.keyboard.press(key); await frames(frame, 4); return page.evaluate(() => document.activeElement.id || document.activeElement.tagName); };
  let steps = 0;
  for (let at = ""; at !== "after"; steps += 1) {
    assert(steps < 80, "Tab never leaves");
    at = await press("Tab");
    if (steps === 4) await shoot(page, "frame-tab");
  }
  assert(steps > 10, `only ${steps} stops`);
  assert.equal(await press("Shift+Tab"), "IFRAME");
  assert.equal(await press("Shift+Tab"), "before");
  assert.equal(await press("Tab"), "IFRAME", "the canvas");
  assert.equal(await press("Tab"), "IFRAME", "its first control");
  assert.equal(await press("Shift+Tab"), "IFRAME", "the canvas again");
  assert.equal(await press("Shift+Tab"), "before");
  await page.context().close();
});

await check("two frames on a page are independent, and keep their scenes over a reload", async () => {
  answerWith(server, "/two", '<iframe src="/"></iframe><iframe src="/"></iframe>');
  const page = await newPage();
  await page.goto(`${server.url}two`);
  const pair = () => page.frames().slice(1);
  await Promise.all(pair().map(ready));
  const [first, second] = [run(scenePath).scene.hash, run(otherPath).scene.hash];
  const hashes = () => Promise.all(pair().map(async (frame) => (await state(frame)).scene.hash));
  await pair()[1].evaluate((text) => window.fabricscope.load(text), readFileSync(otherPath, "utf8"));
  assert.deepEqual(await hashes(), [first, second]);
  await idle(pair()[1]);
  await page.reload();
  await Promise.all(pair().map(ready));
  assert.deepEqual(await hashes(), [first, second]);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
other.close();
