// Writes FILE.br and FILE.gz beside the files of a folder, for servers that send them as they are, and prints the sizes.
//
//   node web/compress.mjs FOLDER

import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
const KINDS = /\.(html|css|js|ts|wasm|svg|webmanifest)$/; // pictures are compressed already
const brotli = (raw) => brotliCompressSync(raw, { params: {
  [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
} });
const age = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(3)} MB`;

const totals = { raw: 0, gzip: 0, brotli: 0 };
for (const name of readdirSync(folder).filter((file) => KINDS.test(file)).sort()) {
  const file = join(folder, name);
  const raw = readFileSync(file);
  for (const [ending, compress] of [[".gz", (text) => gzipSync(text, { level: 9 })], [".br", brotli]]) {
    if (age(file + ending) < age(file)) writeFileSync(file + ending, compress(raw));
  }
  const sizes = { raw: raw.length, gzip: statSync(`${file}.gz`).size, brotli: statSync(`${file}.br`).size };
  if (/^fabricscope(_bg)?\.(wasm|js)$/.test(name)) {
    console.log(name.padEnd(20), `raw ${megabytes(sizes.raw)}, gzip -9 ${megabytes(sizes.gzip)}, brotli ${megabytes(sizes.brotli)}`);
  }
  // What a visit loads: not the types, nor the example.
  if (!/\.ts$|example/.test(name)) for (const kind of Object.keys(totals)) totals[kind] += sizes[kind];
}
console.log("the page in all".padEnd(20), `raw ${megabytes(totals.raw)}, gzip -9 ${megabytes(totals.gzip)}, brotli ${megabytes(totals.brotli)}`);
