#!/usr/bin/env node
// Opens the built page in headless Chromium and compares it with the native program.
//
//   node tests/browser.mjs FABRICSCOPE SCENE OTHER_SCENE [WEB_DIR]
//
// FABRICSCOPE is the native binary, SCENE the scene that the page opens with, OTHER_SCENE any other scene, WEB_DIR the
// output of web/build (target/web). Pictures go to WEB_DIR/../web-shots. One line per check; exit status 1 if any fails.
// ONLY in the environment ("touch,frames") names the files of tests/browser that run. Needs Chromium ($CHROMIUM, or `chromium` on the
// path) and fetches playwright-core once, from npm.

import { browser, failed, server, shots } from "./browser/support.mjs";

const parts = ["alone", "words", "touch", "frames", "embedding", "pictures", "hidden", "recovery", "talk", "offline"];
for (const part of process.env.ONLY?.split(",") ?? parts) await import(`./browser/${part}.mjs`);

await browser.close();
server.close();
console.log(failed() ? `${failed()} checks failed; pictures in ${shots}` : `all passed; pictures in ${shots}`);
process.exit(failed() ? 1 : 0);
