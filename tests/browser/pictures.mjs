// Pictures and films out of the page, Perfetto, and files that are no text.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { brightness, check, colours, frames, idle, newPage, ready, server, shoot, shots, state, until } from "./support.mjs";

const page = await newPage(undefined, { width: 960, height: 540 });
await page.goto(server.url);
await ready(page);
await idle(page);

/** A picture or film of the page, as bytes. */
async function exported(kind, options) {
  const made = await page.evaluate(async ([what, more]) => {
    const { bytes, ...rest } = await window.fabricscope.export(what, more);
    let text = "";
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return { ...rest, base64: btoa(text) };
  }, [kind, options]);
  const { base64, ...rest } = made;
  const bytes = Buffer.from(base64, "base64");
  writeFileSync(join(shots, `exported-${JSON.stringify(options ?? {}).replace(/\W+/g, "-")}.${kind}`), bytes);
  return { ...rest, bytes };
}
/** The chunks of a PNG by their types. */
function chunks(png) {
  const found = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) found.push([png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at))]);
  return found;
}
/** Pixels of a picture as the browser decodes it: how many are transparent, and some. */
const decoded = (bytes) => page.evaluate(async (base64) => {
  const binary = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([binary]));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  let clear = 0;
  for (let at = 3; at < data.length; at += 4) clear += data[at] === 0;
  return { width: bitmap.width, height: bitmap.height, clear: clear / (data.length / 4) };
}, bytes.toString("base64"));

await check("export(\"png\") is the page's picture, in its pixels or twice as many, and says where it comes from", async () => {
  await page.evaluate(() => window.fabricscope.seek(1e-4));
  await idle(page);
  const shown = await page.locator("#fabricscope").screenshot();
  const one = await exported("png");
  assert.deepEqual([one.width, one.height, one.pictures, one.mime], [960, 540, 1, "image/png"]);
  assert.match(one.file_name, /-picture\.png$/);
  assert(await colours(one.bytes) > 100);
  const words = chunks(one.bytes).filter(([type]) => type === "iTXt").map(([, text]) => text.toString());
  assert(words.some((text) => text.startsWith("Description") && text.includes("#scene=first-look")), words.join());
  const differing = await page.evaluate(async (pair) => {
    const [first, second] = await Promise.all(pair.map(async (base64) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
    }));
    let count = 0;
    for (let at = 0; at < first.length; at += 4) count += Math.abs(first[at] - second[at]) > 8;
    return count / (first.length / 4);
  }, [shown.toString("base64"), one.bytes.toString("base64")]);
  assert(differing < 0.001, `${(differing * 100).toFixed(2)} % of the pixels differ`);
  const two = await exported("png", { scale: 2 });
  assert.deepEqual([two.width, two.height], [1920, 1080]);
  assert(two.bytes.length > one.bytes.length);
});

await check("a transparent picture has nothing behind the stage", async () => {
  const opaque = await decoded((await exported("png", { panels: false, size: [800, 450] })).bytes);
  assert.deepEqual([opaque.width, opaque.height, opaque.clear], [800, 450, 0]);
  const clear = await decoded((await exported("png", { panels: false, size: [800, 450], transparent: true })).bytes);
  assert(clear.clear > 0.3 && clear.clear < 0.98, `${clear.clear} of the pixels are transparent`);
});

await check("a film has a picture for every instant, and the page is as before", async () => {
  const before = await state(page);
  const film = await exported("apng", { fps: 2, size: [480, 270] });
  const found = chunks(film.bytes);
  const count = (type) => found.filter(([name]) => name === type).length;
  assert.deepEqual([film.pictures, count("fcTL"), found.find(([type]) => type === "acTL")[1].readUInt32BE(0)], [25, 25, 25]);
  assert.deepEqual([film.width, film.height, film.mime], [480, 270, "image/apng"]);
  const after = await state(page);
  assert.deepEqual({ ...after, drawing: null }, { ...before, drawing: null });
  await frames(page, 10);
  assert(await page.locator("#recording").isHidden());
  assert(await brightness(page) > 5, "the canvas is drawn again");
});

await check("a film as WebM plays for 12 seconds", async () => {
  const film = await exported("webm", { fps: 5, size: [480, 270] });
  assert.equal(film.mime, "video/webm");
  // The policy of the page has no place for videos: a page of its own shows it.
  const alone = await page.context().newPage();
  const [width, height, seconds] = await alone.evaluate(async (base64) => {
    const video = document.createElement("video");
    video.muted = true;
    video.src = `data:video/webm;base64,${base64}`;
    await new Promise((done, failed) => { video.onloadeddata = done; video.onerror = () => failed(new Error(video.error.message)); });
    return [video.videoWidth, video.videoHeight, video.duration];
  }, film.bytes.toString("base64"));
  await alone.close();
  assert.deepEqual([width, height], [480, 270]);
  assert(Math.abs(seconds - 12.2) < 0.05, `${seconds} s`);
});

await check("a film can be cancelled, and wrong options are refused", async () => {
  const cancelled = page.evaluate(() => window.fabricscope.export("apng", { fps: 60 }).then(() => null, (error) => error.code));
  await page.locator("#recording").getByRole("button", { name: "Cancel" }).click();
  assert.equal(await cancelled, "cancelled");
  assert(await page.locator("#recording").isHidden());
  const refused = (options) => page.evaluate((more) => window.fabricscope.export("png", more).then(() => null, ({ code, message }) => `${code}: ${message}`), options);
  assert.match(await refused({ scale: 9 }), /argument: .*1 to 4/);
  assert.match(await refused({ size: [1, 1] }), /argument: .*64 to 4096/);
});

await check("the trace is handed to Perfetto by its handshake, in a tab that the user opens", async () => {
  // Perfetto's part of the handshake, at its address.
  await page.context().route("https://ui.perfetto.dev/**", (route) => route.fulfill({
    contentType: "text/html",
    body: "<script>onmessage = ({ source, origin, data }) => { if (data === 'PING') source.postMessage('PONG', origin); else got = data.perfetto; }</script>",
  }));
  const [tab] = await Promise.all([
    page.waitForEvent("popup"),
    page.evaluate(async () => {
      const { text } = await window.fabricscope.export("chrome-trace");
      window.fabricscopeHost.perfetto("First look", text);
    }),
  ]);
  await until(tab, () => typeof got !== "undefined");
  const { title, events } = await tab.evaluate(() => ({ title: got.title, events: JSON.parse(new TextDecoder().decode(got.buffer)).traceEvents.length }));
  assert.equal(title, "First look");
  assert(events > 10, `${events} events`);
  await tab.close();
  page.complaints = page.complaints.filter((text) => !text.includes("ui.perfetto.dev"));
});

await check("compressed and binary files are imported, and a pasted text is", async () => {
  const sample = (name) => readFileSync(new URL(`../samples/${name}`, import.meta.url));
  const drop = (name, content) => page.evaluate(([fileName, base64]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], fileName));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, [name, content.toString("base64")]);
  let { scene: { hash } } = await state(page);
  const opens = async (what) => {
    await until(page, (before) => window.fabricscope.state().scene.hash !== before, hash);
    ({ scene: { hash } } = await state(page));
    assert(await page.locator("#notice").isHidden(), what);
  };
  await drop("resnet.json.gz", sample("resnet-2gpu-profiler.json.gz"));
  await opens("a trace of PyTorch");
  await shoot(page, "imported");
  await drop("ring.et", sample("all_reduce_8npus_1MB.0.et"));
  await opens("a Chakra trace");
  await drop("broken.json.gz", Buffer.from([0x1F, 0x8B, 8, 0, 1, 2, 3]));
  await page.locator("#notice").getByText("Cannot open broken.json.gz").waitFor();
  await page.locator("#notice").getByRole("button").click();
  await page.keyboard.press("Escape"); // the report of the import
  await page.locator("#fabricscope").focus();
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, sample("a100-8gpu-17nic.txt").toString());
  await opens("nvidia-smi topo -m");
  await shoot(page, "pasted");
});

await check("there are no errors, failed requests or requests to other servers", () => assert.deepEqual(page.complaints, []));
await page.context().close();
