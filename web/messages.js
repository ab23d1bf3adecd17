// Control of a frame by the page around it, whatever its origin: messages with a type, and an id that the answer repeats.
// docs/embedding.md has the table.

import { failure, VERSION } from "./api.js?v=@BUILD@";

const PREFIX = "fabricscope:";
const inFrame = window.parent !== window;

/** The commands by their type. Each returns its answer, or a promise of it. */
const COMMANDS = {
  load: (api, { scene, name }) => api.load(scene, name).then(() => null),
  set: (api, { path, value }) => api.set(path, value).then(() => null),
  play: (api) => { api.play(); return null; },
  pause: (api) => { api.pause(); return null; },
  seek: (api, { time_ps }) => {
    if (typeof time_ps !== "number") throw failure("argument", "seek: time_ps must be a number of picoseconds, 0 or more");
    api.seek(time_ps * 1e-12);
    return null;
  },
  get: (api, { what }) => {
    const read = Object.hasOwn(PARTS, what) ? PARTS[what] : null;
    if (!read) throw failure("argument", `get: there is no \`${String(what).slice(0, 40)}\`; accepted: ${Object.keys(PARTS).join(", ")}`);
    return read(api);
  },
  sweep: (api, { over, set }) => api.sweep({ over, set }),
  export: (api, { kind, fabric, options }) => api.export(kind, { fabric, ...options }),
};

const PARTS = {
  state: (api) => api.state(),
  result: (api) => api.run(),
  explanation: (api) => api.explain(),
  scene: (api) => api.scene(),
  link: (api) => api.link(),
};

/** What a message tells of an error. */
const told = (error) => ({ code: error.code ?? "internal", message: String(error.message ?? error) });

/** A message to the page around the frame, before it has said hello: it says nothing that is not public. */
export function announce(type, more = {}) {
  if (inFrame) window.parent.postMessage({ type: PREFIX + type, version: VERSION, ...more }, "*");
}

/**
 * Listens to the page around the frame. `allowed` is the only origin that may control it; null allows any. The page says
 * hello first; from then on it hears events, and its commands are answered, at that origin alone.
 */
export function listenToParent(api, allowed) {
  if (!inFrame) return;
  let origin = null; // of the page that has said hello
  // A page without an origin of its own, such as a file, cannot be named.
  const target = (from) => from === "null" ? "*" : from;
  const post = (message) => window.parent.postMessage(message, target(origin));

  window.addEventListener("message", async ({ source, origin: from, data }) => {
    if (source !== window.parent || typeof data !== "object" || data === null) return;
    const { type, id } = data;
    if (typeof type !== "string" || !type.startsWith(PREFIX)) return;
    if (allowed !== null && from !== allowed) return;
    const refuse = (error) => window.parent.postMessage({ type: `${PREFIX}error`, id, ...told(error) }, target(from));
    const name = type.slice(PREFIX.length);
    if (name === "hello") {
      if (data.version !== VERSION) {
        refuse(failure("version", `hello: version \`${String(data.version).slice(0, 40)}\` is not spoken here; accepted: ${VERSION}`));
        return;
      }
      origin = from;
      post({ type: `${PREFIX}welcome`, id, version: VERSION, build: "@BUILD@", commands: Object.keys(COMMANDS), parts: Object.keys(PARTS) });
      tellHeight();
      return;
    }
    // Unknown types are ignored: they may be of a later version. One that waits for an answer gets it.
    if (!Object.hasOwn(COMMANDS, name)) {
      if (id !== undefined && from === origin) refuse(failure("unknown", `there is no message \`${type.slice(0, 60)}\``));
      return;
    }
    if (from !== origin) {
      refuse(failure("handshake", `\`${type}\` before \`${PREFIX}hello\``));
      return;
    }
    try {
      const result = await COMMANDS[name](api, data);
      if (id !== undefined) post({ type: `${PREFIX}answer`, id, result });
    } catch (error) {
      refuse(error);
    }
  });

  const forward = (event, message) => api.on(event, (detail) => { if (origin !== null) post({ type: PREFIX + event, ...message(detail) }); });
  forward("state", (clock) => clock);
  forward("end", (clock) => clock);
  forward("result", (report) => ({ report }));
  forward("error", told);

  /** The height at which the whole picture has room, for a frame of this width. */
  function tellHeight() {
    if (origin !== null) post({ type: `${PREFIX}height`, height: Math.max(360, Math.round(innerWidth * 9 / 16)) });
  }
  let width = innerWidth;
  window.addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; tellHeight(); } });
}
