// `window.fabricscope`: what the page around the program may ask of it. The types are in fabricscope.d.ts.

/** The version of the interface and of the messages. It grows when something changes its meaning, not when something is added. */
export const VERSION = 1;
const MESSAGE = { lines: 40, characters: 240 }; // a message quotes the input, which may be one line of a million letters
const EVENTS = ["ready", "state", "end", "result", "error", "stopped"];
const PICTURES = ["png", "apng", "webm"];
const STATE_MS = 100; // while the clock runs, its listeners hear of it as often as this

/** A message whose lines are not endless. */
export function shortened(message) {
  const lines = message.split("\n");
  const cut = lines.slice(0, MESSAGE.lines).map((line) => line.length > MESSAGE.characters ? `${line.slice(0, MESSAGE.characters)}…` : line);
  if (lines.length > MESSAGE.lines) cut.push("…");
  return cut.join("\n");
}

/** An Error with a code for programs. */
export const failure = (code, message) => Object.assign(new Error(shortened(message)), { code });

/** The Error that the program has thrown: a sentence, or JSON with a code. */
export function programFailure(text) {
  if (text.startsWith('{"code":')) {
    const { code, message } = JSON.parse(text);
    return failure(code, message);
  }
  return failure("rejected", text);
}

// ---- events -----------------------------------------------------------------------------------------------------

const listeners = new Map(EVENTS.map((event) => [event, new Set()]));

/** Calls the listeners of an event, after a frame of the program: they may call it. One that throws stops no other. */
export function emit(event, detail) {
  for (const listener of listeners.get(event)) queueMicrotask(() => listener(detail));
}

function on(event, listener) {
  const heard = listeners.get(event);
  if (!heard) throw failure("argument", `on: there is no event \`${String(event)}\`; accepted: ${EVENTS.join(", ")}`);
  if (typeof listener !== "function") throw failure("argument", "on: the second argument is a function");
  heard.add(listener);
  return () => { heard.delete(listener); };
}

// ---- the clock --------------------------------------------------------------------------------------------------

let shown = null; // the clock that the listeners know
let clock = null; // as the program has told it
let revision = 0;
let timer = 0;
let arrived = false; // at the end, which the listeners do not know yet

const isAtEnd = (it) => !it.playing && it.time_ps >= it.duration_ps;

function tellClock() {
  timer = 0;
  shown = clock;
  emit("state", clock);
  if (arrived) emit("end", clock);
  arrived = false;
}

/** The program's clock has moved, or its scene has other results. Called within a frame of the program: listeners come after it. */
export function changed(next, nextRevision, report) {
  // Not by what the listeners know: a slow page plays to the end between two of their calls.
  if (clock && !isAtEnd(clock) && isAtEnd(next)) arrived = true;
  if (!isAtEnd(next)) arrived = false;
  clock = next;
  const isStep = !shown || !clock.playing || clock.playing !== shown.playing || clock.duration_ps !== shown.duration_ps;
  if (isStep && timer) { clearTimeout(timer); timer = 0; }
  timer ||= setTimeout(tellClock, isStep ? 0 : STATE_MS); // never within the program's frame
  if (nextRevision !== revision) {
    revision = nextRevision;
    if (listeners.get("result").size) setTimeout(() => report().then((result) => emit("result", result), () => {}), 0);
  }
}

// ---- requests ---------------------------------------------------------------------------------------------------

const requests = new Map(); // those that the program has not answered yet, by number

/** Settles a request after the program's frame. */
export function answered(id, answer, error) {
  const request = requests.get(id);
  requests.delete(id);
  if (request) queueMicrotask(() => { if (error) request.reject(programFailure(error)); else request.resolve(JSON.parse(answer)); });
}

/** Settles a request whose answer the page itself has made. */
export function settle(id, answer, error) {
  const request = requests.get(id);
  requests.delete(id);
  if (!request) return;
  if (error) request.reject(error); else request.resolve(answer);
}

/** Rejects all requests: the program has stopped. */
export function rejectAll(error) {
  for (const { reject } of requests.values()) reject(error);
  requests.clear();
}

/**
 * The object. `call(action)` runs an action with the exports of the program, or throws; `opens()` is called when a scene is
 * about to be opened.
 */
export function createApi({ ready, call, command, address, opens }) {
  const request = (action) => {
    const id = call(action);
    return new Promise((resolve, reject) => requests.set(id, { resolve, reject }));
  };
  const ask = (kind, spec = null) => request((it) => it.fabricscope_query(kind, spec ? JSON.stringify(spec) : ""));
  const state = () => {
    const text = call((it) => it.fabricscope_state());
    return text ? JSON.parse(text) : null;
  };
  const texts = (name, value) => {
    const list = typeof value === "string" ? [value] : value;
    if (!Array.isArray(list) || list.some((text) => typeof text !== "string")) {
      throw failure("argument", `sweep: \`${name}\` must be a text or a list of texts, such as "workload.message=64MiB,128MiB"`);
    }
    return list;
  };
  return Object.freeze({
    version: VERSION,
    ready,
    async load(file, name = "scene.ron") {
      const isBytes = file instanceof Uint8Array;
      if (typeof file !== "string" && !isBytes) throw failure("argument", "load takes the text of a file, its bytes, or a link");
      const opened = request((it) => isBytes ? it.fabricscope_import(String(name), file) : it.fabricscope_load(String(name), file));
      opens();
      await opened;
      return state();
    },
    async set(path, value) {
      if (typeof path !== "string" || !["string", "number", "boolean"].includes(typeof value)) {
        throw failure("argument", "set: a path of the scene and a value: set(\"workload.message\", \"64MiB\")");
      }
      await request((it) => it.fabricscope_set(path, String(value)));
      return state();
    },
    link: () => address(call((it) => it.fabricscope_link())),
    play() { command("play"); },
    pause() { command("pause"); },
    seek(seconds) {
      if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 0) {
        throw failure("argument", `seek: \`${shortened(String(seconds))}\` is not a time; use seconds, 0 or more`);
      }
      command("seek", String(seconds));
    },
    state,
    run: async () => ask("run"),
    explain: async () => ask("explain"),
    scene: async () => ask("scene"),
    async sweep(spec) {
      if (typeof spec !== "object" || spec === null) throw failure("argument", "sweep: { over: \"PATH=VALUES\", set: \"PATH=VALUE\" }");
      return ask("sweep", { over: texts("over", spec.over), set: texts("set", spec.set ?? []) });
    },
    async export(kind, { fabric, ...picture } = {}) {
      if (PICTURES.includes(kind)) return request((it) => it.fabricscope_picture(JSON.stringify({ kind, ...picture })));
      if (fabric !== undefined && !(Number.isInteger(fabric) && fabric >= 0)) throw failure("argument", "export: fabric is a number, from 0");
      return ask("export", { kind: String(kind), ...(fabric === undefined ? {} : { fabric }) });
    },
    on,
  });
}
