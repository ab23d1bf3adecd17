// What does not depend on the picture: words for screen readers, themes, scales.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { brightness, browser, check, frames, newPage, otherPath, ready, run, server, shoot, state, until } from "./support.mjs";

await check("the results and the clock stand in words beside the canvas", async () => {
  const page = await newPage();
  await page.goto(server.url);
  await ready(page);
  const canvas = page.getByRole("application", { name: "Fabricscope" });
  assert.equal(await canvas.getAttribute("aria-describedby"), "results");
  const lines = () => page.locator("#results li").allInnerTexts();
  assert.match((await lines()).join("\n"), /^A, .*: [\d.]+ (ns|µs|ms), busbw .*\nB, [^]*B is [\d.]+x faster$/m);
  const status = page.locator("#clock");
  assert.equal(await status.getAttribute("role"), "status");
  assert.match(await status.innerText(), /^Paused at 0 µs of/);
  await page.evaluate(() => window.fabricscope.play());
  await until(page, () => document.getElementById("clock").textContent === "Playing.");
  await page.evaluate(() => { window.fabricscope.pause(); window.fabricscope.seek(1); });
  await until(page, () => /A is done\. B is done\.$/.test(document.getElementById("clock").textContent));
  const before = await lines();
  await page.evaluate((text) => window.fabricscope.load(text), readFileSync(otherPath, "utf8"));
  await until(page, (title) => document.querySelector("#results li").textContent !== title, before[0]);
  const box = await page.locator("section.unseen").boundingBox();
  assert(box.width <= 1 && box.height <= 1, "it covers nothing");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

await check("every control has an element with its role and name, which presses it", async () => {
  const page = await newPage();
  await page.goto(server.url);
  await ready(page);
  const canvas = page.getByRole("application", { name: "Fabricscope" });
  const session = await page.context().newCDPSession(page);
  await until(page, () => document.querySelectorAll("#fabricscope > [role]").length > 10);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const named = (role) => nodes.filter((node) => node.role?.value === role && node.name?.value).map((node) => node.name.value);
  assert(named("slider").length > 0, "sliders");
  assert(named("button").length > 5, named("button").join(", "));
  const play = canvas.locator("[role=button]", { hasText: "" }).and(page.locator("[aria-label^='Play']")).first();
  await play.evaluate((element) => element.click());
  await until(page, () => window.fabricscope.state().clock.playing);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

await check("the theme is the one that the system prefers, until the user chooses one", async () => {
  const page = await newPage(browser, { width: 800, height: 500 }, { colorScheme: "light" });
  await page.goto(server.url);
  await ready(page);
  await page.locator("#cover").waitFor({ state: "hidden" });
  assert(await brightness(page) > 200, "light");
  await shoot(page, "light");
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  const theme = (name) => until(page, (wanted) => document.documentElement.dataset.theme === wanted, name);
  await theme("dark");
  await page.locator("#fabricscope").focus();
  await page.keyboard.press("t");
  await theme("light");
  await page.reload();
  await ready(page);
  await page.locator("#cover").waitFor({ state: "hidden" });
  await theme("light");
  assert(await brightness(page) > 200, "still light");
  await page.locator("#fabricscope").focus();
  await page.keyboard.press("t");
  await until(page, () => localStorage.getItem("fabricscope:theme") === "bright-room");
  await page.reload();
  await ready(page);
  await page.locator("#cover").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => localStorage.getItem("fabricscope:theme")), "bright-room");
  assert(await brightness(page) > 220, "for bright rooms");
  await page.context().close();
});

await check("the first visit begins with the landing and a question, once, and any key ends it", async () => {
  const page = await newPage(browser, undefined, { first: true });
  await page.goto(server.url);
  // Chosen while the program loads: it opens as soon as it is there.
  await page.getByRole("button", { name: "Watch one all-reduce" }).click();
  await shoot(page, "landing");
  await ready(page);
  await page.locator("#cover").waitFor({ state: "hidden" });
  await shoot(page, "first-start");
  assert.equal((await state(page)).clock.time_s, 0);
  await page.locator("#fabricscope").focus();
  await page.keyboard.press("Escape");
  await page.goto(`${server.url}?again`);
  await ready(page);
  assert.equal(await page.evaluate(() => localStorage.getItem("fabricscope:first-start")), "shown");
  await page.context().close();
});

await check("the doors of the landing lead to the course and to a file", async () => {
  for (const door of ["Take the course", "Open your own"]) {
    const page = await newPage(browser, undefined, { first: true });
    await page.goto(server.url);
    await ready(page);
    assert(await page.locator("#landing").isVisible(), "it stays until a door is chosen");
    if (door === "Open your own") {
      const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: door }).click()]);
      assert(await page.locator("#landing").isVisible(), "without a file nothing is open");
      await chooser.setFiles(otherPath);
      await until(page, (hash) => window.fabricscope.state()?.scene.hash === hash, run(otherPath).scene.hash);
    } else {
      await page.getByRole("button", { name: door }).click();
    }
    await page.locator("#cover").waitFor({ state: "hidden" });
    await frames(page, 10);
    await shoot(page, `door-${door.split(" ").at(-1)}`);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
});

await check("the device mode of developer tools has a canvas of the right size", async () => {
  const page = await newPage(browser, { width: 390, height: 844 }, { deviceScaleFactor: 3, hasTouch: true });
  await page.goto(server.url);
  await ready(page);
  await until(page, () => { const { width, height } = document.getElementById("fabricscope"); return width === 1170 && height === 2532; });
  await page.locator("#cover").waitFor({ state: "hidden" });
  await shoot(page, "phone-upright");
  await page.context().close();
});
