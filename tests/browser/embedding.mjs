// The interface for the page around: `window.fabricscope`, messages from another origin, the address's query, the example.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { answerWith, check, cli, frames, newPage, otherPath, printed, ready, run, scenePath, serve, server, shoot, state, until, webDir } from "./support.mjs";

const types = readFileSync(new URL("../../web/fabricscope.d.ts", import.meta.url), "utf8");
/** The names of the members that an interface of the types declares. */
const declared = (name) => {
  const body = types.match(new RegExp(`^export interface ${name} \\{\\n([^]*?)\\n\\}`, "m"))[1];
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[<(:?]/gm)].map(([, member]) => member).sort();
};
/** The types of the messages that a type of the types declares. */
const messages = (name) => [...types.match(new RegExp(`^export type ${name} =([^]*?);\\n\\n`, "m"))[1].matchAll(/fabricscope:(\w+)/g)].map(([, type]) => type);

const page = await newPage();
await page.goto(server.url);
await ready(page);

/** What a call of `window.fabricscope` rejects with. */
const refused = (name, ...values) => page.evaluate(async ([method, rest]) => {
  try { await window.fabricscope[method](...rest); return null; } catch ({ code, message }) { return { code, message }; }
}, [name, values]);

await check("the types declare what window.fabricscope has, and nothing else", async () => {
  assert.deepEqual(await page.evaluate(() => Object.keys(window.fabricscope).sort()), declared("Fabricscope"));
  const accepted = (await refused("on", "weather")).message.match(/accepted: (.*)$/)[1].split(", ");
  assert.deepEqual(accepted.sort(), declared("Events"));
});

await check("run(), explain(), sweep() and scene() are what the command line prints", async () => {
  assert.deepEqual(await page.evaluate(() => window.fabricscope.run()), run(scenePath));
  assert.deepEqual(await page.evaluate(() => window.fabricscope.explain()), cli("explain", scenePath, "--json"));
  const [over, set] = ["workload.message=1MiB,64MiB", "workload.replicas=8"];
  const swept = await page.evaluate((spec) => window.fabricscope.sweep(spec), { over, set });
  assert.deepEqual(swept, cli("sweep", scenePath, "--over", over, "--set", set, "--json"));
  const text = await page.evaluate(() => window.fabricscope.scene());
  assert.deepEqual(await page.evaluate((scene) => window.fabricscope.load(scene).then(() => window.fabricscope.run()), text), run(scenePath));
});

await check("export() has the files that `export --as` writes", async () => {
  const kinds = types.match(/type ExportKind = (.*);/)[1].split(" | ").map((kind) => kind.slice(1, -1));
  for (const kind of kinds) {
    const { text, file_name } = await page.evaluate((name) => window.fabricscope.export(name), kind);
    assert.match(file_name, /\.(csv|json|txt|svg)$/);
    // The link of the command line has another name for the scene.
    const plain = (file) => file.replaceAll(/#?(scene=|s=1\.)[\w./-]*/g, "LINK");
    assert.equal(plain(text), plain(printed("export", scenePath, "--as", kind)), kind);
  }
});

await check("set() changes the scene as --set does, and what follows is about the changed scene", async () => {
  const changed = cli("run", scenePath, "--set", "workload.message=64MiB", "--json");
  const answers = await page.evaluate(() => {
    const { set, run } = window.fabricscope;
    return Promise.all([set("workload.message", "64MiB"), run()]);
  });
  assert.deepEqual(answers.map(({ scene }) => scene.hash), [changed.scene.hash, changed.scene.hash]);
  assert.deepEqual(answers[1], changed);
  assert.match(await page.evaluate(() => window.fabricscope.link()), /set=|s=1\./);
  const link = await page.evaluate(() => window.fabricscope.link());
  await page.evaluate((text) => window.fabricscope.load(text), readFileSync(otherPath, "utf8"));
  const opened = await page.evaluate((address) => window.fabricscope.load(address), link);
  assert.equal(opened.scene.hash, changed.scene.hash, "a link opens, too");
});

await check("every refusal is an Error with a code, and changes nothing", async () => {
  const before = (await state(page)).scene.hash;
  const cases = [
    ["argument", /a path of the scene/, "set", 7, 7],
    ["rejected", /massage/, "set", "workload.massage", "1MiB"],
    ["rejected", /many/, "set", "workload.message", "many"],
    ["rejected", /broken/, "load", "(broken", "broken.ron"],
    ["rejected", /did you mean `rack`/, "load", "#scene=rak"],
    ["argument", /takes the text of a file/, "load", null],
    ["argument", /over/, "sweep", {}],
    ["rejected", /massage/, "sweep", { over: "workload.massage=1MiB" }],
    ["rejected", /points/, "sweep", { over: "workload.message=1..100000000+1" }],
    ["argument", /hologram.*accepted: links-csv/, "export", "hologram"],
    ["argument", /not a time/, "seek", -1],
  ];
  for (const [code, words, ...call] of cases) {
    const error = await refused(...call);
    assert.equal(error?.code, code, `${call}: ${JSON.stringify(error)}`);
    assert.match(error.message, words);
  }
  assert.equal((await state(page)).scene.hash, before);
});

await check("on() hears the clock, its end and new results, and nothing after it was ended", async () => {
  await page.evaluate(() => {
    window.heard = [];
    window.ends = ["state", "end", "result"].map((event) => window.fabricscope.on(event, (detail) => heard.push([event, detail])));
    window.fabricscope.pause();
    window.fabricscope.seek(window.fabricscope.state().clock.duration_s * 0.98);
    window.fabricscope.play();
  });
  await until(page, () => heard.some(([event]) => event === "end"));
  const [clock, end] = await page.evaluate(() => [heard.find(([event]) => event === "state")[1], heard.find(([event]) => event === "end")[1]]);
  assert.deepEqual(Object.keys(clock).sort(), ["duration_ps", "playing", "time_ps"]);
  assert.deepEqual([end.playing, end.time_ps], [false, end.duration_ps]);
  await page.evaluate(() => window.fabricscope.set("workload.message", "32MiB"));
  await until(page, () => heard.some(([event]) => event === "result"));
  await page.evaluate(() => { window.ends.forEach((endListening) => endListening()); window.heard = []; window.fabricscope.seek(0); });
  await until(page, () => window.fabricscope.state().clock.time_s === 0);
  assert.deepEqual(await page.evaluate(() => new Promise((done) => { setTimeout(() => done(heard), 0); })), []);
});
await page.context().close();

// ---- messages -----------------------------------------------------------------------------------------------------

const other = await serve(resolve(webDir)); // another port: another origin

/** A page with a frame of another server, whose messages it keeps; `ask` sends one and waits for its answer. */
async function course(query) {
  answerWith(server, "/steer", `<script>
    heard = []; last = 0;
    onmessage = ({ data, origin }) => heard.push({ ...data, origin });
    send = (message, to = "*") => frames[0].postMessage(message, to);
    ask = async (message) => {
      const id = last += 1;
      send({ ...message, id });
      for (;;) {
        const answer = heard.find((each) => each.id === id);
        if (answer) return answer;
        await new Promise(requestAnimationFrame);
      }
    };
  </script><iframe src="${other.url}?autoplay=0${query}"></iframe>`);
  const around = await newPage();
  await around.goto(`${server.url}steer`);
  await until(around, () => heard.some(({ type }) => type === "fabricscope:ready"));
  around.ask = (message) => around.evaluate((sent) => ask(sent), message);
  return around;
}

await check("a page of another origin steers a frame after a handshake", async () => {
  const around = await course("");
  const early = await around.ask({ type: "fabricscope:play" });
  assert.deepEqual([early.type, early.code], ["fabricscope:error", "handshake"]);
  const version = await around.ask({ type: "fabricscope:hello", version: 99 });
  assert.deepEqual([version.type, version.code], ["fabricscope:error", "version"]);
  const welcome = await around.ask({ type: "fabricscope:hello", version: 1 });
  assert.equal(welcome.type, "fabricscope:welcome");
  assert.deepEqual(["hello", ...welcome.commands].sort(), messages("Command").sort());

  const result = async (message) => { const { type, result: answer } = await around.ask(message); assert.equal(type, "fabricscope:answer"); return answer; };
  assert.deepEqual(await result({ type: "fabricscope:get", what: "result" }), run(scenePath));
  assert.equal(await result({ type: "fabricscope:load", scene: readFileSync(otherPath, "utf8") }), null);
  assert.deepEqual(await result({ type: "fabricscope:get", what: "result" }), run(otherPath));
  for (const what of welcome.parts) assert.notEqual(await result({ type: "fabricscope:get", what }), undefined, what);
  await result({ type: "fabricscope:set", path: "workload.message", value: "8MiB" });
  await result({ type: "fabricscope:seek", time_ps: 2e6 });
  await until(around, () => heard.some(({ type, time_ps }) => type === "fabricscope:state" && time_ps === 2e6));
  await result({ type: "fabricscope:play" });
  await until(around, () => heard.some(({ type, playing }) => type === "fabricscope:state" && playing));
  await result({ type: "fabricscope:pause" });
  const swept = await result({ type: "fabricscope:sweep", over: "workload.message=1MiB,2MiB" });
  assert.equal(swept.rows.length, 2 * run(otherPath).fabrics.length);

  const code = async (message) => (await around.ask(message)).code;
  assert.equal(await code({ type: "fabricscope:load", scene: "(broken" }), "rejected");
  assert.equal(await code({ type: "fabricscope:seek", time_ps: "soon" }), "argument");
  assert.equal(await code({ type: "fabricscope:get", what: "weather" }), "argument");
  assert.equal(await code({ type: "fabricscope:get", what: "constructor" }), "argument");
  assert.equal(await code({ type: "fabricscope:export", kind: "hologram" }), "argument");
  assert.equal(await code({ type: "fabricscope:dance" }), "unknown");

  // None of these has an answer.
  await around.evaluate(() => { before = heard.length; for (const odd of [null, 7, "text", [], {}, { type: 7 }, { type: "other:play" }, { type: "fabricscope:dance" }]) send(odd); });
  await result({ type: "fabricscope:pause" });
  const since = await around.evaluate(() => heard.slice(before).filter(({ type }) => !/:(state|answer)$/.test(type)));
  assert.deepEqual(since, []);
  const known = new Set(messages("Message"));
  for (const { type, origin } of await around.evaluate(() => heard)) {
    assert(known.has(type.slice("fabricscope:".length)), `${type} is not among the types`);
    assert.equal(`${origin}/`, other.url);
  }
  assert(await around.evaluate(() => heard.some(({ type, height }) => type === "fabricscope:height" && height >= 360)));
  await around.context().close();
});

await check("`parent` in the address names the only origin that may steer", async () => {
  const stranger = await course(`&parent=${encodeURIComponent("https://example.org")}`);
  await stranger.evaluate(() => send({ type: "fabricscope:hello", version: 1, id: 1 }));
  await stranger.frames()[1].evaluate(() => new Promise((done) => { setTimeout(done, 0); }));
  assert.deepEqual(await stranger.evaluate(() => heard.map(({ type }) => type)), ["fabricscope:ready"]);
  await stranger.context().close();
  const known = await course(`&parent=${encodeURIComponent(new URL(server.url).origin)}`);
  assert.equal((await known.ask({ type: "fabricscope:hello", version: 1 })).type, "fabricscope:welcome");
  await known.context().close();
});

await check("the query sets theme, panels, lesson and start, for this page only; links lead to steps and beats", async () => {
  const asked = await newPage(undefined, undefined, { first: true, reducedMotion: "no-preference", colorScheme: "dark" });
  await asked.goto(`${server.url}?embed&theme=light&hide=panels&autoplay=0#scene=rack`);
  await ready(asked);
  assert.equal(await asked.evaluate(() => document.documentElement.dataset.theme), "light");
  const { clock, scene } = await state(asked);
  assert.deepEqual([clock.playing, clock.time_s, scene.hash], [false, 0, run(otherPath).scene.hash]);
  assert.match(await asked.evaluate(() => window.fabricscope.link()), /v=A\.stage/);
  await shoot(asked, "asked");
  await asked.goto(`${server.url}?embed&story=ring-steps&autoplay=0`);
  await ready(asked);
  await until(asked, () => [...document.querySelectorAll("#fabricscope [aria-label]")].some((control) => control.ariaLabel === "Leave"));
  await shoot(asked, "asked-lesson");
  await asked.goto(`${server.url}?embed&story=anatomy&autoplay=0`);
  await ready(asked);
  await frames(asked, 10);
  assert(await asked.locator("#notice").isHidden(), "a story opens");
  await shoot(asked, "asked-story");
  await asked.goto(`${server.url}?embed&story=unknown&autoplay=0`);
  await asked.locator("#notice").getByText("story=unknown").waitFor();
  await asked.goto(`${server.url}?embed&story=anatomy&autoplay=0#story=the-claim&beat=done`);
  await ready(asked);
  const link = () => asked.evaluate(() => new URL(window.fabricscope.link()).hash);
  assert.equal(await link(), "#story=the-claim&beat=done", "the beat of the link goes before the story of the query");
  await asked.evaluate(() => window.fabricscope.load("#lesson=latency-or-bytes&step=3"));
  assert.equal(await link(), "#lesson=latency-or-bytes&step=3");
  await until(asked, () => location.hash === "#lesson=latency-or-bytes&step=3");
  const { code, message } = await asked.evaluate(() => window.fabricscope.load("#story=the-clam").catch((error) => ({ code: error.code, message: error.message })));
  assert.equal(code, "rejected");
  assert.match(message, /did you mean `the-claim`/);
  await asked.goto(`${server.url}?embed&again`);
  await ready(asked);
  assert.equal(await asked.evaluate(() => document.documentElement.dataset.theme), "dark");
  assert.equal((await state(asked)).clock.playing, true);
  assert.deepEqual(asked.complaints, []);
  await asked.context().close();
});

await check("the example: two frames that are steered together, a lesson, slides by arrow keys", async () => {
  const deck = await newPage();
  await deck.goto(`${server.url}embed-example.html`);
  const told = (words) => until(deck, (text) => document.getElementById("times").textContent.includes(text), words);
  await told("·");
  const at64 = (scene) => cli("run", scene, "--set", "workload.message=64MiB", "--json").fabrics.map(({ id, time_s }) => `${id} ${(time_s * 1e6).toFixed(0)} µs`).join(", ");
  await deck.getByRole("button", { name: "64 MiB in both" }).click();
  await told(`${at64(scenePath)} · ${at64(otherPath)}`);
  await deck.getByRole("button", { name: "Play both" }).click();
  await until(deck, () => ["first", "rack"].every((id) => document.getElementById("log").textContent.includes(`${id}: state`)));
  await shoot(deck, "example");
  await deck.keyboard.press("ArrowRight");
  await deck.locator("#story").waitFor({ state: "visible" });
  await until(deck, () => document.getElementById("log").textContent.includes("story: ready"));
  await shoot(deck, "example-story");
  await deck.keyboard.press("ArrowRight");
  await deck.locator("#log").waitFor({ state: "visible" });
  assert.deepEqual(deck.complaints, []);
  await deck.context().close();
});
other.close();
