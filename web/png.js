// PNG files, still and animated (APNG), from pixels: the browser deflates. Of a film, each picture stores only the rectangle that changed.

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A);
const ONCE_MORE = 0; // an APNG that plays again and again
const DISPOSE_NONE = 0, BLEND_SOURCE = 0;

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xEDB88320 : rest >>> 1;
  return rest;
});

function crc(bytes) {
  let rest = 0xFFFFFFFF;
  for (let at = 0; at < bytes.length; at += 1) rest = CRC[(rest ^ bytes[at]) & 255] ^ (rest >>> 8);
  return ~rest >>> 0;
}

/** A chunk: length, type, content, checksum. */
function chunk(type, ...parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length);
  for (let at = 0; at < 4; at += 1) bytes[4 + at] = type.charCodeAt(at);
  let at = 8;
  for (const part of parts) { bytes.set(part, at); at += part.length; }
  view.setUint32(at, crc(bytes.subarray(4, at)));
  return bytes;
}

/** Whole numbers of 1, 2 or 4 bytes, highest byte first. */
function numbers(...pairs) {
  const bytes = new Uint8Array(pairs.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of pairs) {
    if (size === 4) view.setUint32(at, value); else if (size === 2) view.setUint16(at, value); else view.setUint8(at, value);
    at += size;
  }
  return bytes;
}

async function deflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Text in any language under a keyword. */
function text(keyword, value) {
  const bytes = (latin) => Uint8Array.from(latin, (character) => character.charCodeAt(0));
  return chunk("iTXt", bytes(`${keyword}\0\0\0\0\0`), new TextEncoder().encode(value));
}

/** A rectangle of pixels (4 bytes each) as filtered rows of `depth` bytes a pixel: of three filters the one with the smallest sum. */
function filtered(pixels, width, area, depth) {
  const row = area.width * depth;
  const out = new Uint8Array((row + 1) * area.height);
  let [above, here] = [new Uint8Array(row), new Uint8Array(row)];
  const tried = [0, 1, 2].map(() => new Uint8Array(row));
  for (let y = 0; y < area.height; y += 1) {
    let from = ((area.y + y) * width + area.x) * 4;
    for (let to = 0; to < row; to += depth, from += 4) for (let part = 0; part < depth; part += 1) here[to + part] = pixels[from + part];
    const sums = [0, 0, 0];
    for (let at = 0; at < row; at += 1) {
      const values = [here[at], (here[at] - (at < depth ? 0 : here[at - depth])) & 255, (here[at] - above[at]) & 255];
      for (let filter = 0; filter < 3; filter += 1) {
        tried[filter][at] = values[filter];
        sums[filter] += values[filter] < 128 ? values[filter] : 256 - values[filter];
      }
    }
    const best = sums.indexOf(Math.min(...sums));
    out[y * (row + 1)] = best;
    out.set(tried[best], y * (row + 1) + 1);
    [above, here] = [here, above];
  }
  return out;
}

/** The smallest rectangle that holds every pixel that differs; one pixel if none does. */
function changed(before, now, width, height) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y += 1) {
    const start = y * width;
    let first = 0;
    while (first < width && before[start + first] === now[start + first]) first += 1;
    if (first === width) continue;
    let last = width - 1;
    while (before[start + last] === now[start + last]) last -= 1;
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  return bottom ? { x: left, y: top, width: right - left, height: bottom - top } : { x: 0, y: 0, width: 1, height: 1 };
}

/** An encoder of one picture, or of `pictures` pictures, `fps` of them a second. `add` takes rows of red, green, blue and alpha without gaps. */
export function pngEncoder({ width, height, pictures, fps, transparent, title, description }) {
  const depth = transparent ? 4 : 3;
  const isFilm = pictures > 1;
  const parts = [
    SIGNATURE,
    chunk("IHDR", numbers([4, width], [4, height], [1, 8], [1, transparent ? 6 : 2], [1, 0], [1, 0], [1, 0])),
    ...(isFilm ? [chunk("acTL", numbers([4, pictures], [4, ONCE_MORE]))] : []),
    text("Title", title),
    text("Description", description),
  ];
  let [last, sequence, bytes] = [null, 0, 0];
  return {
    type: isFilm ? "image/apng" : "image/png",
    async add(pixels) {
      const now = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
      const area = last ? changed(last, now, width, height) : { x: 0, y: 0, width, height };
      const data = await deflated(filtered(pixels, width, area, depth));
      if (isFilm) {
        const control = [[4, sequence++], [4, area.width], [4, area.height], [4, area.x], [4, area.y], [2, 1], [2, fps], [1, DISPOSE_NONE], [1, BLEND_SOURCE]];
        parts.push(chunk("fcTL", numbers(...control)));
      }
      parts.push(last ? chunk("fdAT", numbers([4, sequence++]), data) : chunk("IDAT", data));
      bytes += data.length;
      last = now;
    },
    bytes: () => bytes,
    async finish() {
      return new Blob([...parts, chunk("IEND")], { type: this.type });
    },
  };
}
