// Loads the program, shows how far it is, says in words what went wrong, and offers `window.fabricscope`.
// The program's side of all this is src/app/web.rs.

const WASM_BYTES = Number("@WASM_BYTES@"); // real size, written by web/build: Content-Length is the compressed one
const BUILD = "@BUILD@"; // also by web/build: keeps a cached half of an older build away
const MEBIBYTE = 1024 * 1024;
const LIMITS = { scene: MEBIBYTE, log: 64 * MEBIBYTE }; // the program's own

const element = (id) => document.getElementById(id);
const embedded = window.parent !== window;

let program = null; // the exports of the wasm module, once they may be called
let phase = "download"; // then "compile", "start", "run", "stopped"
let cause = "";

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

/** Shows words in place of the picture. The first cause stays; what follows from it is not news. */
function fail(title, text, reason) {
  if (phase === "stopped") return;
  const over = phase === "run";
  phase = "stopped";
  cause = reason || title;
  const [heading, words, details] = element("failure").querySelectorAll("h1, p, pre");
  heading.textContent = title;
  words.textContent = text;
  details.textContent = reason;
  element("loading").hidden = true;
  element("failure").hidden = false;
  element("notice").hidden = true;
  element("cover").hidden = false;
  element("cover").classList.toggle("over", over);
  element("cover").classList.remove("done");
  element("reload").focus();
  rejectReady(new Error(cause));
  tellParent({ type: "fabricscope:stopped", message: cause });
}

function stopped(reason) {
  fail("Fabricscope has stopped", "Something went wrong that it could not recover from. Reloading starts it afresh.", reason);
}

const tellParent = (message) => { if (embedded) window.parent.postMessage(message, "*"); };

// ---- what the page offers ---------------------------------------------------------------------------------------

let resolveReady, rejectReady;
const ready = new Promise((resolve, reject) => { resolveReady = resolve; rejectReady = reject; });
ready.catch(() => {}); // the cover already says it; a page that waits for `ready` still learns it

/** Calls into the program, and turns what it throws (text) into an Error. */
function call(action) {
  if (phase === "stopped") throw new Error(`Fabricscope has stopped: ${cause}`);
  if (!program) throw new Error("Fabricscope is still loading: wait for `fabricscope.ready`.");
  try {
    return action(program);
  } catch (error) {
    if (typeof error !== "string") stopped(String(error?.message ?? error));
    throw typeof error === "string" ? new Error(error) : error;
  }
}

/** Steers the program from the page. `load` and `seek` throw an Error whose message says what is wrong. */
window.fabricscope = Object.freeze({
  /** Resolves at the first frame; rejects when there will be none. */
  ready,
  /** Opens a scene (or a log of nccl-tests), given as the text of its file. One with faults is refused, and the open one stays. */
  load(sceneText, name = "scene.ron") {
    if (typeof sceneText !== "string") throw new Error("A scene is given as the text of its file.");
    call((it) => it.fabricscope_command("load", sceneText, String(name)));
    element("notice").hidden = true;
  },
  play() { call((it) => it.fabricscope_command("play", "", "")); },
  pause() { call((it) => it.fabricscope_command("pause", "", "")); },
  /** Puts the clock to so many seconds of simulated time. */
  seek(seconds) { call((it) => it.fabricscope_command("seek", String(seconds), "")); },
  /** What `fabricscope run --json` prints, plus the clock; null before the first frame. */
  state() {
    const text = call((it) => it.fabricscope_state());
    return text ? JSON.parse(text) : null;
  },
});

/** What the program calls. */
window.fabricscopeHost = Object.freeze({
  firstFrame() {
    if (phase === "stopped" || phase === "run") return;
    phase = "run";
    const cover = element("cover");
    cover.addEventListener("transitionend", () => { if (phase === "run") cover.hidden = true; }, { once: true });
    cover.classList.add("done");
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      cover.hidden = true;
      // Nothing moves by itself: the scene waits to be played. Not from within the program's own frame.
      setTimeout(() => { if (phase === "run") call((it) => it.fabricscope_command("reduce-motion", "", "")); }, 0);
    }
    if (!embedded) element("fabricscope").focus({ preventScroll: true });
    resolveReady();
    tellParent({ type: "fabricscope:ready" });
  },
  stopped,
});

// ---- files ------------------------------------------------------------------------------------------------------

function notice(title, details = "") {
  element("notice").querySelector("h2").textContent = title;
  element("notice").querySelector("pre").textContent = details;
  element("notice").hidden = false;
}

async function open(file) {
  const kind = file.name.endsWith(".ron") ? "scene" : "log";
  if (file.size > LIMITS[kind]) {
    const mebibytes = (bytes) => Number((bytes / MEBIBYTE).toFixed(1));
    notice(`${file.name} is too large for a ${kind}: ${mebibytes(file.size)} MiB, and ${mebibytes(LIMITS[kind])} MiB is the most.`);
    return;
  }
  let text;
  try {
    // Logs may hold stray bytes in names of hosts; a scene is text throughout.
    text = new TextDecoder("utf-8", { fatal: kind === "scene" }).decode(await file.arrayBuffer());
  } catch (error) {
    notice(error instanceof TypeError ? `${file.name} is not a text file.` : `${file.name} cannot be read.`);
    return;
  }
  try {
    window.fabricscope.load(text, file.name);
  } catch (error) {
    notice(`${file.name} was not opened.`, error.message);
  }
}

/** Asks for a scene file. Call it while handling a click or a key, or the browser refuses. */
window.fabricscopePickFile = () => element("file").click();

/** The whole screen, or the page again. The wrapper takes it, not the canvas, whose size the page keeps. */
window.fabricscopeFullScreen = () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {}); // refused in some frames; nothing is lost
};

/** Hands a text to the user as a download. */
window.fabricscopeSaveFile = (name, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

function listen() {
  element("reload").addEventListener("click", () => location.reload());
  element("file").addEventListener("change", ({ target }) => {
    if (target.files[0]) open(target.files[0]);
    target.value = ""; // the same file may be picked again
  });
  const dismiss = () => { element("notice").hidden = true; element("fabricscope").focus(); };
  element("notice").querySelector("button").addEventListener("click", dismiss);
  element("notice").addEventListener("keydown", (event) => { if (event.key === "Escape") dismiss(); });

  // The engine does not hand over dropped files, and an unhandled drop would leave the page.
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

  // The program leaves all keys to the browser (F5, F12, Ctrl+R ...); only those that would scroll, search or
  // tab away while the picture has the focus are kept from it. In a frame, Tab must find the way out.
  const ours = new Set([" ", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", "/", "'"]);
  if (!embedded) ours.add("Tab");
  const canvas = element("fabricscope");
  canvas.addEventListener("keydown", (event) => {
    if (ours.has(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) event.preventDefault();
  });
  canvas.addEventListener("wheel", (event) => event.preventDefault(), { passive: false });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener("webglcontextlost", () => {
    stopped("The browser took the graphics context away (WebGL context lost): the graphics driver was reset, or too many pages were drawing.");
  });

  // A trap (a panic aborts) surfaces here when no call of ours is on the stack.
  const trapped = (error) => { if (error instanceof WebAssembly.RuntimeError) stopped(error.message); };
  window.addEventListener("error", (event) => trapped(event.error));
  window.addEventListener("unhandledrejection", (event) => trapped(event.reason));
}

// ---- loading ----------------------------------------------------------------------------------------------------

/** Whether WebGL2 works, asked of a throw-away canvas: a canvas keeps the first kind of context it is asked for. */
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
    fail("This browser cannot run Fabricscope", "It needs WebAssembly, which this browser lacks or has switched off. A current Firefox, Chrome, Edge or Safari has it.", "");
    return;
  }
  if (!hasWebGl2()) {
    fail(
      "This browser cannot draw Fabricscope",
      "It needs WebGL 2, which is missing or switched off here. Try a current Firefox, Chrome, Edge or Safari, and check that “graphics acceleration” is on in its settings.",
      "WebGL 2 is not available (getContext(\"webgl2\") gave nothing).",
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
    if (!response.ok) throw new Error(`fabricscope_bg.wasm: the server answered ${response.status} ${response.statusText}`.trim());
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
    // Compiled while it arrives; the type is set here, whatever the server calls it.
    const wasm = new Response(counted, { headers: { "content-type": "application/wasm" } });
    setTimeout(() => {
      if (phase === "compile" || phase === "start") showStage("Still starting: some graphics drivers take a while");
    }, 20_000);
    await module.default({ module_or_path: wasm });
    program = module;
    if (phase === "compile") phase = "start";
  } catch (error) {
    const reason = String(error?.message ?? error);
    if (phase === "download") {
      fail("Fabricscope did not load", "A part of it did not arrive. Check the connection and reload.", reason);
    } else if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
      fail("This browser cannot run Fabricscope", "It arrived, but the browser does not understand it. A newer browser may.", reason);
    } else {
      fail("Fabricscope did not start", "It arrived, but stopped before its first picture. Reloading may help.", reason);
    }
  }
}

listen();
start();
