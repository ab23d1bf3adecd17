// The stage of a talk: what its tab tells the view of the speaker in another tab, and what that one asks for. speaker.js is
// the other side. Nothing leaves this browser.

import { createStills } from "./stills.js?v=@BUILD@";

export const CHANNEL = "fabricscope-present";
const GONE_MS = 7000; // a speaker that has said nothing for so long is gone: it asks every two seconds
const PICTURE_MS = 900;
const MEMORY = 64; // messages come over two ways, so that the last ones are remembered

const random = () => Math.random().toString(36).slice(2);

/**
 * The stage. `command(words)` asks the program; `isHidden()` says whether nobody sees the `canvas`. Returns what the program
 * tells: its talk, and that the speaker's view is wanted or not.
 */
export function createStage({ command, isHidden, canvas }) {
  const id = random();
  const seen = [];
  let view = null; // as the program has told it
  let toldAt = 0;
  let opened = null; // the window that this page has opened
  let timer = 0; // runs while a speaker is there
  const stills = createStills(canvas);
  let pictureTimer = 0;
  let isLeaving = false; // browsers hide a page after they have told it to leave
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;

  /** To all tabs of this origin, and to the opened window in case its storage is another one. */
  function send(message) {
    const whole = { ...message, from: "stage", stage: id, id: random() };
    channel?.postMessage(whole);
    if (opened && !opened.closed) opened.postMessage(whole, location.origin === "null" ? "*" : location.origin);
  }

  /** The talk with its present times. */
  function current() {
    if (!view) return null;
    const passed = (performance.now() - toldAt) / 1000;
    const time = {
      ...view.time,
      elapsed_s: view.time.elapsed_s + passed,
      beat_s: view.time.beat_s + passed,
      plays_more_s: Math.max(0, view.time.plays_more_s - passed),
    };
    const warnings = view.warnings.filter((warning) => warning !== "hidden");
    return { ...view, time, warnings: isHidden() ? [...warnings, "hidden"] : warnings };
  }

  const tell = () => { if (!isLeaving) send({ kind: "talk", talk: current() }); };

  /** Pictures follow a talk after the frames that show it. */
  function tellPictures() {
    clearTimeout(pictureTimer);
    if (timer === 0) return;
    pictureTimer = setTimeout(async () => {
      const talk = view;
      const pictures = talk && await stills.pictures(talk, isHidden());
      if (talk && talk === view && !isLeaving) send({ kind: "pictures", beat: talk.beat, ...pictures });
    }, PICTURE_MS);
  }

  function isThere(there) {
    clearTimeout(timer);
    const was = timer !== 0;
    timer = there ? setTimeout(() => isThere(false), GONE_MS) : 0;
    if (there) stills.start();
    else stills.stop();
    if (was !== there) command(`speaker:${there}`);
  }

  function receive(message) {
    if (message?.from !== "speaker" || (message.stage && message.stage !== id) || seen.includes(message.id)) return;
    seen.push(message.id);
    if (seen.length > MEMORY) seen.shift();
    if (message.kind === "bye") return isThere(false);
    if (view) isThere(true);
    if (message.kind === "hello") {
      tell();
      tellPictures();
    }
    else if (message.kind === "ask") command(String(message.command));
  }

  channel?.addEventListener("message", ({ data }) => receive(data));
  window.addEventListener("message", ({ source, data }) => { if (opened && source === opened) receive(data); });
  document.addEventListener("visibilitychange", () => { if (view) tell(); });
  window.addEventListener("pagehide", () => {
    isLeaving = true;
    if (view) send({ kind: "gone" });
  });
  // Back from the history, as it was left.
  window.addEventListener("pageshow", () => { isLeaving = false; });

  return {
    /** The talk as JSON; empty without one. */
    talk(json) {
      const before = view;
      view = json ? JSON.parse(json) : null;
      toldAt = performance.now();
      if (view || before) tell();
      if (view) tellPictures();
      else isThere(false);
    },
    /** Opens the view. Call it while handling a click or a key. Returns whether the browser has allowed it. */
    open() {
      opened = window.open(`speaker.html#${id}`, `fabricscope-speaker-${id}`, "popup,width=1100,height=760");
      return opened !== null;
    },
    close() {
      send({ kind: "close" });
      isThere(false);
    },
  };
}
