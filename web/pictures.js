// Pictures and films: the program draws them one after the other, here they become files. Shows how far it is, and stops when asked to.

import { failure, settle } from "./api.js?v=@BUILD@";
import { pngEncoder } from "./png.js?v=@BUILD@";
import { hasVideo, webmEncoder } from "./webm.js?v=@BUILD@";

const MOST_WAITING = 3; // pictures that are not encoded yet
const ENDINGS = { "image/png": "png", "image/apng": "apng", "video/webm": "webm" };

const element = (id) => document.getElementById(id);
let recording = null; // the one that the program draws

function megabytes(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Shows the bar with a text, and buttons by their words. */
function show(text, share, buttons) {
  const bar = element("recording");
  if (bar.hidden) bar.hidden = false;
  bar.querySelector("p").textContent = text;
  const progress = bar.querySelector("[role=progressbar]");
  progress.hidden = share === null;
  if (share !== null) {
    progress.setAttribute("aria-valuenow", String(Math.floor(share * 100)));
    progress.firstElementChild.style.transform = `scaleX(${share})`;
  }
  const wanted = Object.keys(buttons);
  const row = bar.querySelector(".buttons");
  if ([...row.children].map((button) => button.textContent).join() !== wanted.join()) {
    row.replaceChildren(...wanted.map((words) => Object.assign(document.createElement("button"), { type: "button", textContent: words })));
    row.firstElementChild?.focus();
  }
  [...row.children].forEach((button) => { button.onclick = buttons[button.textContent]; });
}

function hide() {
  element("recording").hidden = true;
  element("recording").querySelector(".buttons").replaceChildren();
  element("fabricscope").focus({ preventScroll: true });
}

/** How far the film is, and how long its file will be if it goes on like this. */
function tell(it) {
  if (it.pictures < 2) return;
  const share = it.encoded / it.pictures;
  const about = it.encoded > 4 ? ` · about ${megabytes(it.encoder.bytes() / share)}` : "";
  show(`Film: picture ${it.encoded} of ${it.pictures}${about}`, share, { Cancel: () => { it.cancelled = true; } });
}

async function encode(it) {
  it.encoder = it.kind === "webm" ? await webmEncoder(it) : pngEncoder(it);
  return it.encoder;
}

/**
 * The functions that the program calls. `save(name, blob)` offers a file; `notice(title, details)` shows an error; `wake()` has
 * the program look whether it may go on.
 */
export function createRecorder({ save, notice, wake }) {
  const end = (it, error) => {
    hide();
    it.encoder?.close?.();
    if (it.id !== null) settle(it.id, null, error);
    else if (error.code !== "cancelled") notice("No picture", error.message);
  };

  async function finished(it) {
    try {
      await it.work;
      const blob = await it.encoder.finish();
      const name = it.name.replace(/\.\w+$/, `.${ENDINGS[blob.type]}`);
      if (it.id !== null) {
        hide();
        const bytes = new Uint8Array(await blob.arrayBuffer());
        settle(it.id, { file_name: name, mime: blob.type, bytes, width: it.width, height: it.height, pictures: it.pictures }, null);
      } else if (it.pictures < 2) {
        save(name, blob);
      } else {
        const keep = () => { save(name, blob); hide(); };
        show(`Film: ${it.pictures} pictures of ${it.width} × ${it.height}, ${megabytes(blob.size)}`, null, { Save: keep, Discard: hide });
      }
    } catch (error) {
      end(it, failure(error.code ?? "rejected", String(error.message ?? error)));
    }
  }

  return {
    hasVideo,
    /** A picture or film begins. */
    recordStart(spec) {
      const it = JSON.parse(spec);
      Object.assign(it, { waiting: 0, encoded: 0, cancelled: false, failed: null, encoder: null });
      it.work = encode(it).then(() => tell(it));
      it.work.catch((error) => { it.failed = error; wake(); });
      recording = it;
    },
    /** The next picture: rows of `stride` bytes in the memory of the program, which are copied. */
    recordPicture(bytes, stride) {
      const it = recording;
      const row = it.width * 4;
      const pixels = new Uint8Array(row * it.height);
      for (let y = 0; y < it.height; y += 1) pixels.set(bytes.subarray(y * stride, y * stride + row), y * row);
      it.waiting += 1;
      it.work = it.work.then(async () => {
        if (it.cancelled) return;
        await it.encoder.add(pixels);
        it.waiting -= 1;
        it.encoded += 1;
        tell(it);
        wake();
      });
      it.work.catch((error) => { it.failed = error; wake(); });
    },
    /** What the program does: it draws the next picture, waits, or stops. */
    recordNext() {
      if (recording.cancelled || recording.failed) return "stop";
      return recording.waiting > MOST_WAITING || !recording.encoder ? "wait" : "draw";
    },
    /** The program has drawn all pictures, or has stopped. */
    recordEnd() {
      const it = recording;
      recording = null;
      if (it.cancelled) end(it, failure("cancelled", "The film was cancelled."));
      else if (it.failed) end(it, failure("rejected", String(it.failed.message ?? it.failed)));
      else finished(it);
    },
  };
}
