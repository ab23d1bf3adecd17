// Loads the program, shows progress and failures, and offers `window.fabricscope`.
// The program's side is src/app/web: bridge.rs (what this page asks of it) and host.rs (what it asks of this page).

import { answered, changed, createApi, emit, failure, programFailure, rejectAll } from "./api.js?v=@BUILD@";
import { checkDevicePixels, embedded, isHidden, onVisibility, shareKeys, shareWheel } from "./attention.js?v=@BUILD@";
import { choose, hideLanding, isLanding, landingReady, showLanding } from "./landing.js?v=@BUILD@";
import { announce, listenToParent } from "./messages.js?v=@BUILD@";
import { onPress, showControls } from "./mirror.js?v=@BUILD@";
import { openInPerfetto } from "./perfetto.js?v=@BUILD@";
import { createRecorder } from "./pictures.js?v=@BUILD@";
import { keepOffline } from "./offline.js?v=@BUILD@";
import { options } from "./options.js?v=@BUILD@";
import { createStage } from "./present.js?v=@BUILD@";
import { forgetSession, hasSession, isFirstStart, keepSession, keepTheme, onPreferredTheme, showTheme, takeFirstStart, takeSession, theme } from "./keep.js?v=@BUILD@";

const WASM_BYTES = Number("@WASM_BYTES@"); // uncompressed size, written by web/build: Content-Length is the compressed one
const BUILD = "@BUILD@"; // also written by web/build: prevents a mix of this build and a cached older one
const MEBIBYTE = 1024 * 1024;
const LIMITS = { scene: MEBIBYTE, log: 64 * MEBIBYTE }; // the same as in the program

const element = (id) => document.getElementById(id);

let program = null; // the exports of the wasm module, as soon as they may be called
let phase = "download"; // then "compile", "start", "run", "stopped"
let cause = "";
let chosenFile = null; // chosen before the program is there

// ---- the cover: progress, failure -------------------------------------------------------------------------------

function showBytes(received) {
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  const bar = element("progress");
  if (WASM_BYTES > 0) {
    const share = Math.min(received / WASM_BYTES, 1);
    bar.setAttribute("aria-valuenow", String(Math.floor(share * 100)));
    bar.setAttribute("aria-valuetext", `${megabytes(received)} of ${megabytes(WASM_BYTES)} megabytes`);
    bar.firstElementChild.style.transform = `scaleX(${share})`;
    element("bytes").textContent = `${megabytes(received)} of ${megabytes(WASM_BYTES)} MB`;
  } else {
    bar.classList.add("busy");
    element("bytes").textContent = `${megabytes(received)} MB`;
  }
}

function showStage(text, busy = false) {
  element("status").textContent = text;
  if (busy) {
    element("progress").classList.add("busy");
    element("progress").removeAttribute("aria-valuenow");
    element("progress").setAttribute("aria-valuetext", text);
    element("bytes").textContent = "";
  }
}

/** Shows a message in place of the picture. The first failure stays: later ones are its consequences. */
function fail(title, text, reason) {
  if (phase === "stopped") return;
  const over = phase === "run";
  phase = "stopped";
  cause = reason || title;
  const [heading, explanation, details] = element("failure").querySelectorAll("h1, p, pre");
  heading.textContent = title;
  explanation.textContent = text;
  details.textContent = reason;
  hideLanding();
  element("loading").hidden = true;
  element("failure").hidden = false;
  element("notice").hidden = true;
  element("cover").hidden = false;
  element("cover").classList.toggle("over", over);
  element("cover").classList.remove("done");
  element("reload").textContent = hasSession() ? "Reload and continue" : "Reload the page";
  element("afresh").hidden = !hasSession();
  if (!embedded) element("reload").focus();
  rejectReady(failure("stopped", cause));
  rejectAll(failure("stopped", `Fabricscope has stopped: ${cause}`));
  emit("stopped", { message: cause });
  announce("stopped", { message: cause });
}

function stopped(reason) {
  const next = hasSession() ? "A reload continues with the open scene." : "Reload the page to start again.";
  fail("Fabricscope has stopped", `It cannot recover from this error by itself. ${next}`, reason);
}

// ---- interface for the page ---------------------------------------------------------------------------------------

let resolveReady, rejectReady;
const ready = new Promise((resolve, reject) => { resolveReady = resolve; rejectReady = reject; });
ready.catch(() => {}); // the cover shows the failure; a page that waits for `ready` still gets the rejection

/** Calls the program, and turns the text that it throws into an Error. */
function call(action) {
  if (phase === "stopped") throw failure("stopped", `Fabricscope has stopped: ${cause}`);
  if (!program) throw failure("loading", "Fabricscope is still loading; wait for `fabricscope.ready`.");
  try {
    return action(program);
  } catch (error) {
    if (typeof error !== "string") stopped(String(error?.message ?? error));
    throw typeof error === "string" ? programFailure(error) : error;
  }
}

const command = (kind, payload = "") => call((it) => it.fabricscope_command(kind, payload));

/** Controls the program from the page. Every Error has a code and a message that names the problem. */
window.fabricscope = createApi({ ready, call, command, address, opens: () => { element("notice").hidden = true; } });

const recorder = createRecorder({ save: saveBlob, notice, wake: () => { if (phase === "run") command("wake"); } });

/** The stage of a talk, for the view of the speaker in another tab. A wrong command is a mistake of that view, not of this page. */
const talkStage = createStage({
  isHidden,
  canvas: document.getElementById("fabricscope"),
  command: (words) => {
    if (phase !== "run") return;
    try {
      command("talk", words);
    } catch (error) {
      console.warn(error.message);
    }
  },
});

/** Functions that the program calls. */
window.fabricscopeHost = Object.freeze({
  /** How the program starts, as JSON. */
  start() {
    const resume = takeSession();
    const link = location.hash.length > 1 ? location.hash : null;
    return JSON.stringify({
      focus: !embedded,
      theme: options.theme ?? theme(),
      reduce_motion: matchMedia("(prefers-reduced-motion: reduce)").matches,
      first_start: !resume && isVisit() && takeFirstStart(),
      resume,
      link,
      paused: options.paused,
      hide_panels: options.hidePanels,
      story: options.story,
      video: recorder.hasVideo(),
    });
  },
  firstFrame() {
    if (phase === "stopped" || phase === "run") return;
    phase = "run";
    if (isLanding()) {
      showStage("Ready. Choose where to begin.");
      element("progress").hidden = true;
      setTimeout(landingReady, 0); // after the program's frame
    } else {
      uncover();
    }
    resolveReady();
    emit("ready", null);
    announce("ready");
  },
  isHidden,
  answered,
  /** The clock has moved, or the scene has other results. */
  changed: (time_ps, duration_ps, playing, revision) => changed({ time_ps, duration_ps, playing }, revision, window.fabricscope.run),
  /** Words for readers that do not see the canvas: the results, line by line, and what the clock does. */
  describe(results, status) {
    const list = element("results");
    const lines = results.split("\n");
    if (list.childElementCount !== lines.length || lines.some((line, place) => list.children[place].textContent !== line)) {
      list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    }
    if (element("clock").textContent !== status) element("clock").textContent = status;
    setTimeout(keep, 0); // after the program's frame
  },
  /** The controls, as JSON of the program. */
  controls: (mirror) => showControls(JSON.parse(mirror)),
  /** The talk as the speaker sees it, as JSON; empty when there is none. After the program's frame. */
  talk: (json) => { setTimeout(() => talkStage.talk(json), 0); },
  openSpeaker() {
    if (!talkStage.open()) notice("The browser has not opened the speaker view", "Allow this page to open windows, or open speaker.html in another tab.");
  },
  closeSpeaker: () => { setTimeout(() => talkStage.close(), 0); },
  address,
  // The theme of the address is for this page only.
  theme: options.theme ? showTheme : keepTheme,
  notice,
  stopped,
  ...recorder,
  /** Opens Perfetto in a new tab and hands it a trace. */
  perfetto: (title, trace) => openInPerfetto(title, trace, notice),
});

/** Takes the cover away, and gives the canvas the keyboard. */
function uncover() {
  const cover = element("cover");
  cover.addEventListener("transitionend", () => { if (phase === "run") cover.hidden = true; }, { once: true });
  cover.classList.add("done");
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) cover.hidden = true;
  const canvas = element("fabricscope");
  if (!embedded) {
    // A ring around the whole page would only irritate, until the focus comes back from somewhere else.
    canvas.classList.add("at-start");
    canvas.addEventListener("blur", () => canvas.classList.remove("at-start"), { once: true });
    canvas.focus({ preventScroll: true });
  }
}

/** Whether the page is visited for itself: not in a frame, nor by a link to a scene or a lesson. */
const isVisit = () => !embedded && !options.embed && !options.story && location.hash.length <= 1;

/** Goes through a door of the landing. A file that was chosen meanwhile is opened. */
function enter(door) {
  uncover();
  if (door === "course") command("course");
  if (door === "open" && chosenFile) open(chosenFile);
  chosenFile = null;
}

/** Keeps the open scene for a reload. */
function keep() {
  if (phase !== "run") return;
  keepSession(call((it) => it.fabricscope_snapshot()));
  addressTimer ||= setTimeout(() => { addressTimer = 0; showAddress(); }, ADDRESS_MS);
}

// ---- the address ------------------------------------------------------------------------------------------------

const ADDRESS_MS = 1000; // browsers refuse to change the address all the time
let addressTimer = 0;

/** The address of this page with a fragment. */
function address(fragment) {
  return `${location.href.split("#")[0]}#${fragment}`;
}

/** Makes the address lead to what is shown, without a step in the history. */
function showAddress() {
  if (phase !== "run") return;
  const link = call((it) => it.fabricscope_link());
  if (link && `#${link}` !== location.hash) history.replaceState(history.state, "", `#${link}`);
}

// ---- files ------------------------------------------------------------------------------------------------------

function notice(title, details = "") {
  element("notice").querySelector("h2").textContent = title;
  element("notice").querySelector("pre").textContent = details;
  element("notice").hidden = false;
  emit("error", failure("rejected", details ? `${title}: ${details}` : title));
}

/** Offers a reload with a version that has been loaded. */
function showUpdate(apply) {
  const bar = element("update");
  bar.hidden = false;
  bar.onclick = ({ target }) => {
    const choice = target.dataset.update;
    if (!choice) return;
    bar.hidden = true;
    keep();
    if (choice === "now") apply();
  };
}

/** Whether bytes are no text: compressed, or with a zero. */
const isBinary = (bytes) => (bytes[0] === 0x1F && bytes[1] === 0x8B) || bytes.subarray(0, 4096).includes(0);

async function open(file) {
  const kind = file.name.endsWith(".ron") ? "scene" : "log";
  if (file.size > LIMITS[kind]) {
    const mebibytes = (bytes) => Number((bytes / MEBIBYTE).toFixed(1));
    notice(`${file.name} is too large for a ${kind}: ${mebibytes(file.size)} MiB; the limit is ${mebibytes(LIMITS[kind])} MiB.`);
    return;
  }
  let content;
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    // Logs may contain stray bytes in names of hosts; a scene must be text throughout.
    content = kind === "log" && isBinary(bytes) ? bytes : new TextDecoder("utf-8", { fatal: kind === "scene" }).decode(bytes);
  } catch (error) {
    notice(error instanceof TypeError ? `${file.name} is not a text file.` : `Cannot read ${file.name}.`);
    return;
  }
  try {
    await window.fabricscope.load(content, file.name);
  } catch (error) {
    notice(`Cannot open ${file.name}`, error.message);
  }
}

/** Asks for a file. Call it while handling a click or a key: the browser refuses it at other times. */
window.fabricscopePickFile = () => element("file").click();

/** Tells the program whether the page fills the screen: the browser leaves full screen by itself, too. */
const tellFullScreen = () => { if (phase === "run") command("full-screen", String(Boolean(document.fullscreenElement))); };

/** Enters or leaves full screen. For the whole page and not the canvas, whose size the page controls. */
window.fabricscopeFullScreen = (enters) => {
  // Some frames do not allow it. After the program's frame.
  if (enters) (document.documentElement.requestFullscreen?.() ?? Promise.reject()).catch(() => setTimeout(tellFullScreen, 0));
  else if (document.fullscreenElement) document.exitFullscreen();
};

/** Offers a file to the user as a download. */
function saveBlob(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

window.fabricscopeSaveFile = (name, text) => saveBlob(name, new Blob([text], { type: "text/plain;charset=utf-8" }));

function listen() {
  element("reload").addEventListener("click", () => location.reload());
  element("afresh").addEventListener("click", () => { forgetSession(); location.reload(); });
  element("file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    if (file && isLanding()) {
      chosenFile = file;
      choose("open");
    } else if (file) {
      open(file);
    }
    target.value = ""; // so that the same file can be chosen again
  });
  const dismiss = () => { element("notice").hidden = true; element("fabricscope").focus(); };
  element("notice").querySelector("button").addEventListener("click", dismiss);
  element("notice").addEventListener("keydown", (event) => { if (event.key === "Escape") dismiss(); });

  // The engine does not pass dropped files on, and the browser would leave the page on an unhandled drop.
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  window.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = phase === "run" ? "copy" : "none";
    element("drop").hidden = phase !== "run";
  });
  window.addEventListener("dragleave", (event) => { if (!event.relatedTarget) element("drop").hidden = true; });
  window.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    element("drop").hidden = true;
    if (phase === "run" && event.dataTransfer.files[0]) open(event.dataTransfer.files[0]);
  });

  shareKeys(
    (key, shift, control) => phase === "run" ? call((it) => it.fabricscope_key(key, shift, control)) : null,
    () => command("leave-controls"),
  );
  shareWheel();
  onPress((id) => { if (phase === "run") command("press", id); });
  document.addEventListener("fullscreenchange", tellFullScreen);
  checkDevicePixels();
  onVisibility(() => {
    if (document.hidden) keep();
    if (program && phase !== "stopped") command("wake");
  });
  if (!options.theme) onPreferredTheme((preferred) => { if (phase === "run") command("theme", preferred); });
  listenToParent(window.fabricscope, options.parent);
  window.addEventListener("pagehide", keep);
  // A link that is typed or followed on this page; `replaceState` does not come here.
  window.addEventListener("hashchange", () => { if (phase === "run" && location.hash.length > 1) command("link", location.hash); });

  const canvas = element("fabricscope");
  canvas.addEventListener("webglcontextlost", () => {
    keep();
    stopped("The browser has withdrawn the graphics context (WebGL context lost): the graphics driver was reset, or too many pages use WebGL.");
  });

  // A panic aborts with a trap, which arrives here if no call of this page is on the stack.
  const trapped = (error) => { if (error instanceof WebAssembly.RuntimeError) stopped(error.message); };
  window.addEventListener("error", (event) => trapped(event.error));
  window.addEventListener("unhandledrejection", (event) => trapped(event.reason));
}

// ---- loading ----------------------------------------------------------------------------------------------------

/** Whether WebGL 2 works. Tested with a temporary canvas, because a canvas keeps its first kind of context. */
function hasWebGl2() {
  try {
    const context = document.createElement("canvas").getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return Boolean(context);
  } catch {
    return false;
  }
}

async function start() {
  element("unscripted").remove();
  element("progress").hidden = false;
  if (typeof WebAssembly !== "object") {
    fail("This browser cannot run Fabricscope", "It needs WebAssembly, which is missing or switched off. Use a current Firefox, Chrome, Edge or Safari.", "");
    return;
  }
  if (!hasWebGl2()) {
    fail(
      "This browser cannot draw Fabricscope",
      "It needs WebGL 2, which is missing or switched off. Use a current Firefox, Chrome, Edge or Safari, and switch on graphics acceleration in its settings.",
      "WebGL 2 is not available: getContext(\"webgl2\") returned null.",
    );
    return;
  }
  try {
    showStage("Loading");
    showBytes(0);
    const [module, response] = await Promise.all([
      import(`./fabricscope.js?v=${BUILD}`),
      fetch(`fabricscope_bg.wasm?v=${BUILD}`),
    ]);
    if (!response.ok) throw new Error(`fabricscope_bg.wasm: the server returned ${response.status} ${response.statusText}`.trim());
    let received = 0;
    const counted = response.body.pipeThrough(new TransformStream({
      transform(chunk, controller) {
        received += chunk.byteLength;
        showBytes(received);
        controller.enqueue(chunk);
      },
      flush() {
        phase = "compile";
        showStage("Starting", true);
      },
    }));
    // Compiled while it arrives. The type is set here because servers do not always send the right one.
    const wasm = new Response(counted, { headers: { "content-type": "application/wasm" } });
    setTimeout(() => {
      if (phase === "compile" || phase === "start") showStage("Still starting; some graphics drivers take a minute");
    }, 20_000);
    await module.default({ module_or_path: wasm });
    program = module;
    if (phase === "compile") phase = "start";
  } catch (error) {
    const reason = String(error?.message ?? error);
    if (phase === "download") {
      fail("Fabricscope did not load", "A file of the page did not arrive. Check the connection and reload the page.", reason);
    } else if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
      fail("This browser cannot run Fabricscope", "The program arrived, but the browser does not support it. Use a newer browser.", reason);
    } else {
      fail("Fabricscope did not start", "The program arrived, but stopped before its first picture. Reload the page to try again.", reason);
    }
  }
}

document.documentElement.classList.toggle("embedded", embedded);
showTheme(options.theme ?? theme());
listen();
if (isVisit() && isFirstStart()) showLanding(enter, window.fabricscopePickFile);
start();
// Not before the first picture, which it would slow down; a frame leaves it to the page that is visited for itself.
if (!embedded) ready.then(() => keepOffline(showUpdate), () => {});
