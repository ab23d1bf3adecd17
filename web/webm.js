// WebM films by the browser's own encoder (WebCodecs), one picture after the other and none dropped; the file around them is written here.

const CODECS = [["V_VP9", "vp09.00.41.08"], ["V_VP8", "vp8"]];
const KEY_EVERY_S = 2;
const BITS_PER_PIXEL = 0.12; // of lines and text in motion, per picture

/** What an encoder is asked for. */
const settings = (codec, { width, height, fps }) => ({
  codec, width, height, framerate: fps, bitrate: Math.round(width * height * fps * BITS_PER_PIXEL), latencyMode: "quality",
});

/** The codec of a film of this size; null if the browser has none. */
async function supported(film) {
  if (typeof VideoEncoder !== "function") return null;
  for (const [name, codec] of CODECS) {
    const answer = await VideoEncoder.isConfigSupported(settings(codec, film)).catch(() => null);
    if (answer?.supported) return { name, codec };
  }
  return null;
}

/** Whether this browser makes films. */
export const hasVideo = () => typeof VideoEncoder === "function" && typeof VideoFrame === "function";

// ---- EBML, the elements of WebM ---------------------------------------------------------------------------------

function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { bytes.set(part, at); at += part.length; }
  return bytes;
}

function whole(value) {
  const bytes = [];
  do { bytes.unshift(value % 256); value = Math.floor(value / 256); } while (value > 0);
  return Uint8Array.from(bytes);
}

/** A length in eight bytes, which every reader takes. */
function length(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value) | (1n << 56n));
  return bytes;
}

function element(id, ...content) {
  const body = joined(content.map((part) => typeof part === "number" ? whole(part) : typeof part === "string" ? new TextEncoder().encode(part) : part));
  return joined([whole(id), length(body.length), body]);
}

function float(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

const EBML = 0x1A45DFA3, SEGMENT = 0x18538067, INFO = 0x1549A966, TRACKS = 0x1654AE6B, TRACK = 0xAE, VIDEO = 0xE0;
const CLUSTER = 0x1F43B675, SIMPLE_BLOCK = 0xA3, TAGS = 0x1254C367, TAG = 0x7373, SIMPLE_TAG = 0x67C8;

function tag(name, value) {
  return element(SIMPLE_TAG, element(0x45A3, name), element(0x4487, value));
}

/** The file of encoded pictures: `{ ms, key, bytes }` each. */
function file({ width, height, pictures, fps, title, description }, codec, blocks) {
  const clusters = [];
  for (const { ms, key, bytes } of blocks) {
    if (key || !clusters.length) clusters.push({ ms, blocks: [] });
    const cluster = clusters.at(-1);
    const after = ms - cluster.ms;
    cluster.blocks.push(element(SIMPLE_BLOCK, Uint8Array.of(0x81, after >> 8, after & 255, key ? 0x80 : 0), bytes));
  }
  return [
    element(EBML, element(0x4286, 1), element(0x42F7, 1), element(0x42F2, 4), element(0x42F3, 8), element(0x4282, "webm"), element(0x4287, 4), element(0x4285, 2)),
    element(
      SEGMENT,
      element(INFO, element(0x2AD7B1, 1_000_000), element(0x4489, float(1000 * pictures / fps)), element(0x7BA9, title), element(0x4D80, "Fabricscope"), element(0x5741, "Fabricscope")),
      element(TRACKS, element(TRACK, element(0xD7, 1), element(0x73C5, 1), element(0x9C, 0), element(0x83, 1), element(0x86, codec), element(0x23E383, Math.round(1e9 / fps)), element(VIDEO, element(0xB0, width), element(0xBA, height)))),
      ...clusters.map((cluster) => element(CLUSTER, element(0xE7, cluster.ms), ...cluster.blocks)),
      element(TAGS, element(TAG, element(0x63C0), tag("TITLE", title), tag("COMMENT", description))),
    ),
  ];
}

/** An encoder of a film, as that of PNG files. */
export async function webmEncoder(film) {
  const found = await supported(film);
  if (!found) throw new Error("This browser has no encoder for WebM films; an animated PNG (apng) works everywhere.");
  const { width, height, fps } = film;
  const blocks = [];
  let [failed, added, bytes] = [null, 0, 0];
  const encoder = new VideoEncoder({
    output(packet) {
      const content = new Uint8Array(packet.byteLength);
      packet.copyTo(content);
      bytes += content.length;
      blocks.push({ ms: Math.round(packet.timestamp / 1000), key: packet.type === "key", bytes: content });
    },
    error(error) { failed = error; },
  });
  encoder.configure(settings(found.codec, film));
  return {
    type: "video/webm",
    async add(pixels) {
      if (failed) throw failed;
      const frame = new VideoFrame(pixels, { format: "RGBX", codedWidth: width, codedHeight: height, timestamp: Math.round(added * 1e6 / fps), duration: Math.round(1e6 / fps) });
      encoder.encode(frame, { keyFrame: added % (KEY_EVERY_S * fps) === 0 });
      frame.close();
      added += 1;
      // The encoder works beside the page: no more pictures wait than it takes.
      while (encoder.encodeQueueSize > 2) await new Promise((done) => { encoder.addEventListener("dequeue", done, { once: true }); });
    },
    bytes: () => bytes,
    async finish() {
      await encoder.flush();
      encoder.close();
      if (failed) throw failed;
      return new Blob(file(film, found.name, blocks), { type: this.type });
    },
    close() { if (encoder.state !== "closed") encoder.close(); },
  };
}
