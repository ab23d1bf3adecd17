// The view of the speaker: shows what the stage's tab tells (present.js), and asks it for what buttons and keys mean. It has no
// program of its own, so that it is there at once, and nothing that happens to it touches the talk.

const CHANNEL = "fabricscope-present";
const ASK_MS = 2000; // asks for the talk as often as this
const LOST_MS = 7000;
const WARNINGS = {
  "not-full-screen": "The stage is not full screen: press F there",
  "slow-frames": "The stage draws fewer than 30 frames per second",
  "hidden": "The stage is not visible: give it a window of its own",
};
const SCREENS = { black: "The stage is black", white: "The stage is white" };
/** What keys ask for. Those of clickers first. */
const KEYS = {
  PageDown: "next", ArrowRight: "next", ArrowDown: "next", n: "next",
  PageUp: "previous", ArrowLeft: "previous", ArrowUp: "previous", p: "previous", Backspace: "previous",
  " ": "hold", ".": "black", b: "black", ",": "white", w: "white",
  r: "again", z: "back", c: "caption", Home: "go-to:1", F5: "go-to:1", End: "go-to:last", Escape: "leave",
};

const element = (id) => document.getElementById(id);
const random = () => Math.random().toString(36).slice(2);

let stage = location.hash.slice(1) || null; // the first one that answers, unless the address names one
let talk = null;
let toldAt = 0;
let heardAt = 0;
let shownBeat = 0;
let typed = "";
const seen = [];
const channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;
const opener = window.opener;

function send(message) {
  const whole = { ...message, from: "speaker", stage, id: random() };
  channel?.postMessage(whole);
  opener?.postMessage(whole, location.origin === "null" ? "*" : location.origin);
}

const ask = (command) => send({ kind: "ask", command });

function receive(message) {
  if (message?.from !== "stage" || seen.includes(message.id)) return;
  // A tab without a talk does not lead; one with a talk does until it is gone.
  if (stage === null && message.kind === "talk" && message.talk) stage = message.stage;
  if (message.stage !== stage) return;
  seen.push(message.id);
  if (seen.length > 64) seen.shift();
  heardAt = performance.now();
  if (message.kind === "close") window.close();
  if (message.kind === "gone") return wait("The tab of the stage was closed or is being reloaded. This view follows it when it is back.");
  if (message.kind === "pictures") return showPictures(message);
  if (message.kind === "talk") {
    talk = message.talk;
    toldAt = performance.now();
    if (talk) show();
    else wait("The talk was left. This view follows the next one.");
  }
}

/** Shows why there is nothing to show. Any stage may lead next, as one that was reloaded has another name. */
function wait(reason) {
  talk = null;
  stage = null;
  element("reason").textContent = reason;
  element("waiting").hidden = false;
  element("talk").hidden = true;
}

// ---- the talk ---------------------------------------------------------------------------------------------------

const setText = (id, text) => { if (element(id).textContent !== text) element(id).textContent = text; };
const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const END = "That was the last beat.";

function show() {
  element("waiting").hidden = true;
  element("talk").hidden = false;
  setText("title", talk.title);
  setText("caption", talk.at_end ? END : talk.fault ? `This beat has an error: ${talk.fault}` : talk.caption);
  setText("hero", talk.at_end ? "" : talk.hero ?? "");
  setText("notes", talk.notes || "This beat has no notes.");
  element("notes").classList.toggle("none", !talk.notes);
  setText("next", talk.at_end ? "" : talk.next ?? END);
  if (shownBeat !== talk.beat) element("next-picture").hidden = true; // of the beat before
  shownBeat = talk.beat;
  setText("hold", talk.plays ? "Hold" : "Go on");
  setText("leave", talk.leaving ? "Leave now" : "Leave");
  showFigures();
  showBeats();
  showTime();
}

/** The stage now, and the next beat as it stood when it was last seen. */
async function showPictures({ beat, now, next }) {
  for (const [id, picture] of [["now-picture", now], ["next-picture", next]]) {
    const bitmap = picture && await createImageBitmap(picture).catch(() => null);
    const canvas = element(id);
    // Another beat may have come meanwhile.
    if (!talk || talk.beat !== beat) return;
    canvas.hidden = !bitmap;
    if (!bitmap) continue;
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
  }
}

function showFigures() {
  const rows = talk.figures.map(({ fabric, name, time, busbw, bound_share }) => {
    const rates = [busbw && `busbw ${busbw}`, bound_share && `${bound_share} of the fabric bound`].filter(Boolean).join(" · ");
    const row = document.createElement("tr");
    for (const text of [`${fabric}  ${name}`, time ?? "-", rates]) row.append(Object.assign(document.createElement("td"), { textContent: text }));
    return row;
  });
  element("figures").replaceChildren(...rows);
}

function showBeats() {
  const list = element("beats");
  if (list.childElementCount !== talk.captions.length) {
    list.replaceChildren(...talk.captions.map((_, index) => {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.dataset.ask = `go-to:${index + 1}`;
      const item = document.createElement("li");
      item.append(button);
      return item;
    }));
  }
  talk.captions.forEach((caption, index) => {
    const button = list.children[index].firstElementChild;
    const name = `${index + 1}  ${caption}`;
    if (button.textContent !== name) button.textContent = name;
    const isOpen = index + 1 === talk.beat;
    if (isOpen === button.hasAttribute("aria-current")) return;
    button.toggleAttribute("aria-current", isOpen);
    if (isOpen) button.scrollIntoView({ block: "nearest" });
  });
}

/** What changes while nothing is told: times, clock, whether the stage still answers. */
function showTime() {
  const now = new Date();
  setText("wall", now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  if (!talk) return;
  const passed = (performance.now() - toldAt) / 1000;
  const { elapsed_s, beat_s, planned_start_s, planned_beat_s, planned_total_s, plays_more_s } = talk.time;
  const [elapsed, beat, more] = [elapsed_s + passed, beat_s + passed, plays_more_s - passed];
  const end = planned_start_s + planned_beat_s;
  const whole = Math.max(planned_total_s, elapsed, 1);
  const share = (seconds) => `${(seconds / whole * 100).toFixed(2)}%`;
  element("elapsed-bar").style.width = share(elapsed);
  element("planned-bar").style.left = share(planned_start_s);
  element("planned-bar").style.width = share(planned_beat_s);
  element("talk").classList.toggle("late", elapsed > end);
  setText("elapsed", `${minutes(elapsed)} · this beat ${Math.floor(beat)} of ${planned_beat_s} s${more > 0.05 ? ` · plays ${more.toFixed(1)} s more` : ""}`);
  setText("planned", `${minutes(planned_start_s)} to ${minutes(end)} of ${minutes(planned_total_s)}`);
  const number = typed || talk.typed;
  setText("place", number ? `Go to ${number}: Enter` : `Beat ${talk.beat} of ${talk.captions.length}`);
  showStates();
}

function showStates() {
  const states = [SCREENS[talk.blank], talk.hides_caption && "The caption is hidden", talk.is_changed && "Changed live"].filter(Boolean);
  const warnings = talk.warnings.map((warning) => WARNINGS[warning] ?? warning);
  if (performance.now() - heardAt > LOST_MS) {
    warnings.push("The stage does not answer");
    stage = null; // a stage that crashed and was opened again has another name
  }
  const lines = [...states.map((text) => [text, ""]), ...warnings.map((text) => [text, "warning"])];
  const list = element("states");
  if (JSON.stringify(lines) === list.dataset.lines) return;
  list.dataset.lines = JSON.stringify(lines);
  list.replaceChildren(...lines.map(([textContent, className]) => Object.assign(document.createElement("li"), { textContent, className })));
}

// ---- buttons and keys -------------------------------------------------------------------------------------------

document.addEventListener("click", ({ target }) => {
  const command = target.closest("[data-ask]")?.dataset.ask;
  if (command) ask(command);
});

document.addEventListener("keydown", (event) => {
  if (!talk || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // A focused button uses these itself.
  if (event.target.closest("button") && (key === " " || key === "Enter")) return;
  if (/^\d$/.test(key)) {
    typed = `${typed}${key}`.slice(-3);
  } else if (key === "Enter") {
    ask(typed ? `go-to:${Number(typed)}` : "next");
    typed = "";
  } else if (key === "Escape" && typed) {
    typed = "";
  } else if (key in KEYS) {
    ask(key === "F5" && event.shiftKey ? "again" : KEYS[key]);
    typed = "";
  } else {
    return;
  }
  event.preventDefault();
  showTime();
});

channel?.addEventListener("message", ({ data }) => receive(data));
window.addEventListener("message", ({ source, data }) => { if (opener && source === opener) receive(data); });
window.addEventListener("pagehide", () => send({ kind: "bye" }));
setInterval(() => send({ kind: "hello" }), ASK_MS);
setInterval(showTime, 250);
send({ kind: "hello" });
