// The page by itself: loading, the same figures as the native program, control, files.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { agrees, check, colours, frames, newPage, otherPath, ready, run, scenePath, server, shoot, state, until, wasm, wasmPath } from "./support.mjs";

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
    assert.equal(await page.locator("#status").innerText(), "Loading");
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

await check("with prefers-reduced-motion, playback starts paused at the beginning", async () => {
  const { clock } = await state(page);
  assert.deepEqual([clock.playing, clock.time_s], [false, 0]);
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
  const shown = async () => ({ ...(await state(page)), drawing: null });
  const before = await shown();
  const thrown = (action, ...rest) => page.evaluate(async ([name, values]) => {
    try { await window.fabricscope[name](...values); return null; } catch (error) { return error instanceof Error ? error.message : `not an Error: ${error}`; }
  }, [action, rest]);
  const message = await thrown("load", "(broken");
  assert(message?.length > 10, `load("(broken") threw ${message}`);
  assert.doesNotMatch(message, /^not an Error|panicked/);
  for (const wrong of ["soon", -1, [1], null, "1"]) assert.match(await thrown("seek", wrong), /not a time; use seconds/);
  assert.match(await thrown("load", 7), /text/);
  const long = await thrown("load", "a".repeat(1 << 20));
  assert(long.length < 2000, `a message of ${long.length} characters`);
  assert.deepEqual(await shown(), before);
});

await check("load() opens another scene, and state() equals its `run --json`", async () => {
  assert.notEqual(first.scene.hash, second.scene.hash, "the two scenes are the same");
  const loaded = await page.evaluate((text) => window.fabricscope.load(text), secondText);
  assert.equal(loaded.scene.hash, second.scene.hash, "the promise has the new state");
  await agrees(page, second);
  await shoot(page, "second");
});

await check("calls after load() are for the scene that it opens", async () => {
  const times = await page.evaluate(async ([one, two]) => {
    const { load, seek } = window.fabricscope;
    const loads = [load(one), load(two)];
    seek(1e300); // the end
    return { hashes: (await Promise.all(loads)).map((loaded) => loaded.scene.hash) };
  }, [readFileSync(scenePath, "utf8"), secondText]);
  assert.deepEqual(times.hashes, [first.scene.hash, second.scene.hash]);
  await until(page, () => { const { clock } = window.fabricscope.state(); return clock.time_s === clock.duration_s; });
});

await check("every scene under scenes/ has the same trace as in the native program", async () => {
  const folder = new URL("../../scenes/", import.meta.url);
  const isScene = (name) => name.endsWith(".ron") && !/^(lessons|stories)[\\/]/.test(name);
  const scenes = readdirSync(folder, { recursive: true }).filter(isScene);
  assert(scenes.length >= 13, `only ${scenes.length} scenes`);
  const hashes = (report) => report.fabrics.map((fabric) => [fabric.id, fabric.trace_hash, fabric.time_s]);
  const ids = (report) => report.fabrics.map((fabric) => fabric.id);
  const training = [];
  for (const name of scenes) {
    const path = fileURLToPath(new URL(name, folder));
    await page.evaluate((text) => window.fabricscope.load(text).then(() => {}), readFileSync(path, "utf8"));
    const native = run(path);
    await until(page, (hash) => window.fabricscope.state()?.scene.hash === hash, native.scene.hash);
    // Of a training run, the command line has the step, the page the part that its stage shows.
    const isTraining = native.fabrics.some((fabric) => "step_s" in fabric);
    if (isTraining) training.push(name);
    const compared = isTraining ? ids : hashes;
    assert.deepEqual(compared(await state(page)), compared(native), name);
  }
  console.log(`      training runs, of which only the fabrics are compared: ${training.join(", ")}`);
  await page.evaluate((text) => window.fabricscope.load(text).then(() => {}), secondText);
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

await check("a log of nccl-tests opens with its cluster on the stage, and a broken one is rejected", async () => {
  const log = readFileSync(new URL("../logs/h100-1x8.txt", import.meta.url), "utf8");
  const open = (text) => page.evaluate((content) => window.fabricscope.load(content, "run.txt").then(() => null, (error) => error.message), text);
  assert.match(await open("out-of-place in-place busbw\n# nothing measured\n"), /run\.txt/);
  const before = await state(page);
  assert.equal(await open(log), null);
  await frames(page, 20);
  await shoot(page, "log");
  assert.notDeepEqual((await state(page)).fabrics, before.fabrics, "the cluster of the log");
  await page.locator("#fabricscope").focus();
  await page.keyboard.press("Escape");
  await shoot(page, "log-closed");
});

await check("the browser keeps its own keys", async () => {
  const kept = await page.evaluate(() => [{ key: "F5" }, { key: "F12" }, { key: "r", ctrlKey: true }, { key: "+", ctrlKey: true }, { key: "q" }, { key: " " }].map((key) => {
    const event = new KeyboardEvent("keydown", { ...key, code: key.key, bubbles: true, cancelable: true });
    document.getElementById("fabricscope").dispatchEvent(event);
    return event.defaultPrevented;
  }));
  assert.deepEqual(kept, [false, false, false, false, false, true]); // Space would scroll the page
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
  // The log has left its own cluster on the stage.
  await page.evaluate((text) => window.fabricscope.load(text).then(() => {}), readFileSync(scenePath, "utf8"));
  await page.evaluate(() => { window.fabricscope.seek(0); window.fabricscope.play(); });
  await until(page, () => window.fabricscope.state().drawing.frames >= 60 && window.fabricscope.state().drawing.packets > 0);
  await page.evaluate(() => window.fabricscope.pause());
  const { drawing } = await state(page);
  console.log(`      drawing: ${JSON.stringify(drawing)}`);
  assert(drawing.draw_calls < 100, `${drawing.draw_calls} draw calls`);
});

await check("there are no errors, failed requests or requests to other servers", () => assert.deepEqual(page.complaints, []));
await page.context().close();
