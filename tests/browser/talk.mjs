// A talk with the view of the speaker in another tab: either side leads, and losing the view never ends the talk.

import assert from "node:assert/strict";

import { browser, check, cli, newPage, ready, server, shoot, until } from "./support.mjs";

const story = "the-claim";
const planned = cli("present", story, "--rehearse", "--json");
const caption = (tab) => tab.locator("#caption").innerText();
const place = (number) => `Beat ${number} of ${planned.beats.length}`;
const shows = (tab, number) => until(tab, (words) => document.getElementById("place")?.textContent === words, place(number));

/** Next, until the speaker's tab has a text: where something plays, the first press goes to its end. */
async function forward(stage, speaker, id, text) {
  for (const timeout of [4_000, 60_000]) {
    await stage.keyboard.press("PageDown");
    const has = speaker.waitForFunction(([name, words]) => document.getElementById(name).textContent === words, [id, text], { timeout });
    if (await has.then(() => true, () => false)) return;
  }
  assert.fail(`no ${text}`);
}

/** A stage in a talk, and the tab of the speaker beside it. */
async function talk() {
  const stage = await newPage(browser);
  await stage.goto(`${server.url}?story=${story}`);
  await ready(stage);
  const speaker = await stage.context().newPage();
  speaker.complaints = [];
  speaker.on("pageerror", (error) => speaker.complaints.push(`uncaught: ${error.message}`));
  speaker.on("console", (message) => { if (message.type() === "error") speaker.complaints.push(message.text()); });
  await speaker.goto(`${server.url}speaker.html`);
  await shows(speaker, 1);
  return { stage, speaker };
}

await check("a clicker goes through a story, and the speaker's tab shows every beat with its notes", async () => {
  const { stage, speaker } = await talk();
  await stage.bringToFront();
  await stage.locator("#fabricscope").focus();
  for (const beat of planned.beats) {
    await shows(speaker, beat.number);
    assert.equal(await caption(speaker), beat.caption);
    assert.equal(await speaker.locator("#notes").innerText(), beat.notes || "This beat has no notes.");
    assert.equal(await speaker.locator("#hero").textContent(), beat.hero ?? "");
    const next = planned.beats[beat.number]?.caption ?? "That was the last beat.";
    assert.equal(await speaker.locator("#next").innerText(), next);
    await shoot(stage, `talk-stage-${beat.number}`);
    const isLast = beat.number === planned.beats.length;
    await forward(stage, speaker, ...(isLast ? ["caption", "That was the last beat."] : ["place", place(beat.number + 1)]));
  }
  const size = await speaker.locator("#notes").evaluate((notes) => Number.parseFloat(getComputedStyle(notes).fontSize));
  assert(size >= 24, `notes are ${size} px`);
  assert.deepEqual([stage.complaints, speaker.complaints], [[], []]);
  await stage.context().close();
});

await check("the speaker's tab leads as well: buttons, keys, digits, black screen, jump", async () => {
  const { stage, speaker } = await talk();
  await speaker.bringToFront();
  await speaker.getByRole("button", { name: "Next PageDown" }).click();
  await shows(speaker, 2);
  await speaker.locator("#caption").click(); // nothing has the focus
  await speaker.keyboard.press("PageDown");
  await shows(speaker, 3);
  // Both pages at once: a stage that nobody sees is not drawn.
  await stage.bringToFront();
  await until(speaker, () => !document.getElementById("now-picture").hidden);
  const colours = await speaker.locator("#now-picture").evaluate((canvas) => new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size);
  assert(colours > 20, `the picture has ${colours} colours`);
  // Once seen, a beat has a picture as the next one, too.
  await speaker.evaluate(() => { document.querySelectorAll("#beats button")[0].click(); });
  await shows(speaker, 1);
  await until(speaker, () => !document.getElementById("now-picture").hidden);
  await speaker.evaluate(() => { document.querySelectorAll("#beats button")[1].click(); });
  await shows(speaker, 2);
  await until(speaker, () => !document.getElementById("next-picture").hidden);
  await shoot(speaker, "talk-pictures");
  await speaker.evaluate(() => { document.querySelectorAll("#beats button")[2].click(); });
  await shows(speaker, 3);
  await speaker.bringToFront();
  await speaker.keyboard.press("6");
  await until(speaker, () => document.getElementById("place").textContent === "Go to 6: Enter");
  await speaker.keyboard.press("Enter");
  await shows(speaker, 6);
  await shoot(speaker, "talk-speaker");
  await speaker.keyboard.press(".");
  await until(speaker, () => document.getElementById("states").textContent.includes("The stage is black"));
  await speaker.keyboard.press("PageDown");
  await until(speaker, () => !document.getElementById("states").textContent.includes("black"));
  await shows(speaker, 6);
  await speaker.locator("#beats button").nth(1).click();
  await shows(speaker, 2);
  await speaker.keyboard.press("F5");
  await shows(speaker, 1);
  assert(await speaker.evaluate(() => document.getElementById("states").textContent.includes("not full screen")));
  assert.deepEqual([stage.complaints, speaker.complaints], [[], []]);
  await stage.context().close();
});

await check("the key V opens the speaker's tab, closing it never ends the talk, and F5 never reloads it", async () => {
  const stage = await newPage(browser);
  await stage.goto(`${server.url}?story=${story}`);
  await ready(stage);
  await stage.evaluate(() => { window.sameVisit = true; });
  await stage.locator("#fabricscope").focus();
  const [speaker] = await Promise.all([stage.waitForEvent("popup"), stage.keyboard.press("v")]);
  await shows(speaker, 1);
  await stage.keyboard.press("PageDown");
  await shows(speaker, 2);
  await speaker.close();
  await stage.keyboard.press("PageDown");
  await stage.keyboard.press("F5");
  await stage.keyboard.press("PageDown");
  const again = await stage.context().newPage();
  await again.goto(`${server.url}speaker.html`);
  await shows(again, 2);
  assert(await stage.evaluate(() => window.sameVisit), "F5 went to the first beat and did not reload");
  await stage.bringToFront();
  await stage.keyboard.press("Escape");
  await until(again, () => document.getElementById("leave").textContent === "Leave now");
  await stage.keyboard.press("Escape");
  await again.locator("#waiting").waitFor({ state: "visible" });
  assert.deepEqual(stage.complaints, []);
  await stage.context().close();
});

await check("a reload of the stage goes on at its beat, and the speaker's tab follows", async () => {
  const { stage, speaker } = await talk();
  await stage.bringToFront();
  await stage.locator("#fabricscope").focus();
  for (const number of [2, 3, 4]) await forward(stage, speaker, "place", place(number));
  await stage.reload();
  await ready(stage);
  await shows(speaker, 4);
  await stage.close();
  // A tab that ends without a word is missed after some seconds.
  await until(speaker, () => !document.getElementById("waiting").hidden || document.getElementById("states").textContent.includes("does not answer"));
  assert.deepEqual(speaker.complaints, []);
  await speaker.context().close();
});

await check("the tab that the key V has opened follows a reloaded stage as well, and V closes it", async () => {
  const stage = await newPage(browser);
  await stage.goto(`${server.url}?story=${story}`);
  await ready(stage);
  await stage.locator("#fabricscope").focus();
  const [speaker] = await Promise.all([stage.waitForEvent("popup"), stage.keyboard.press("v")]);
  await shows(speaker, 1);
  await stage.keyboard.press("PageDown");
  await shows(speaker, 2);
  await stage.reload();
  // Browsers hide a page after they have told it to leave; nothing that it says then may bring it back.
  await ready(stage);
  await shows(speaker, 2);
  await speaker.getByRole("button", { name: "Next PageDown" }).click();
  await shows(speaker, 3);
  await stage.bringToFront();
  await stage.locator("#fabricscope").focus();
  await Promise.all([speaker.waitForEvent("close"), stage.keyboard.press("v")]);
  assert.deepEqual(stage.complaints, []);
  await stage.context().close();
});
