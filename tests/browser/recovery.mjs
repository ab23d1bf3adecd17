// What goes wrong: a lost graphics context, reloads, a browser or a server that does not do its part.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { agrees, check, failureText, newPage, otherPath, ready, run, scenePath, server, shoot, state, until, wasm, wasmPath } from "./support.mjs";

const hash = run(otherPath).scene.hash;

/** A page with the other scene, a third of its run done, paused. */
async function inTheMiddle() {
  const page = await newPage();
  await page.goto(server.url);
  await ready(page);
  await page.evaluate((text) => window.fabricscope.load(text), readFileSync(otherPath, "utf8"));
  await page.evaluate(() => { window.fabricscope.pause(); window.fabricscope.seek(window.fabricscope.state().clock.duration_s / 3); });
  await until(page, () => window.fabricscope.state().clock.time_s > 0);
  return page;
}

const goesOn = async (page, before) => {
  await ready(page);
  const { clock, scene } = await state(page);
  assert.deepEqual([scene.hash, clock.time_s, clock.playing, clock.speed], [hash, before.time_s, false, before.speed]);
};

await check("a reload goes on where it was, and a new visit starts afresh", async () => {
  const page = await inTheMiddle();
  const before = (await state(page)).clock;
  await page.reload();
  await goesOn(page, before);
  await page.reload();
  await goesOn(page, before);
  await page.goto(`${server.url}?again`);
  await ready(page);
  assert.equal((await state(page)).scene.hash, run(scenePath).scene.hash);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

await check("a lost graphics context shows a message, and reloading goes on where it was", async () => {
  const page = await inTheMiddle();
  const before = (await state(page)).clock;
  await page.evaluate(() => document.getElementById("fabricscope").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext());
  assert.match(await failureText(page), /has stopped[^]*context lost/);
  assert.match(await page.evaluate(() => { try { window.fabricscope.play(); } catch (error) { return error.message; } }), /has stopped/);
  assert.match(await page.evaluate(() => window.fabricscope.load("()").catch((error) => error.message)), /has stopped/);
  await shoot(page, "stopped");
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Reload and continue" }).click()]);
  await goesOn(page, before);
  await page.evaluate(() => document.getElementById("fabricscope").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext());
  await failureText(page);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Start with the first scene" }).click()]);
  await ready(page);
  assert.equal((await state(page)).scene.hash, run(scenePath).scene.hash);
  await page.context().close();
});

await check("a damaged stored scene is dropped with a message", async () => {
  for (const damage of ["garbage", '{"version":9}', "null"]) {
    const page = await newPage();
    await page.goto(server.url);
    await ready(page);
    await page.addInitScript((text) => {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith("fabricscope:scene")) sessionStorage.setItem(key, text);
    }, damage);
    await page.reload();
    await ready(page);
    await page.locator("#notice").getByText("The scene of the last visit is lost").waitFor();
    await agrees(page, run(scenePath));
    await page.context().close();
  }
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