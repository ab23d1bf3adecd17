// The page without a network, and a new version of it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { browser, check, newPage, ready, serve, shoot, state, until, webDir } from "./support.mjs";

// A server of its own: what a service worker keeps is kept for an origin.
const host = await serve(resolve(webDir));
const visit = () => newPage(browser, undefined, { serviceWorkers: "allow" });
/** Waits until the service worker of the page has kept its files. */
const kept = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

await check("after the first visit the page works without a network, and offers to be installed", async () => {
  const page = await visit();
  await page.goto(host.url);
  await ready(page);
  await kept(page);
  const { hash } = (await state(page)).scene;
  await page.context().setOffline(true);
  await page.goto(`${host.url}?embed&theme=light`);
  await ready(page);
  assert.equal((await state(page)).scene.hash, hash);
  await shoot(page, "offline");
  const manifest = await page.evaluate(async () => (await fetch(document.querySelector("link[rel=manifest]").href)).json());
  assert.deepEqual([manifest.display, manifest.icons.length > 0], ["standalone", true]);
  await page.context().close();
});

await check("a new version is offered, and replaces the running one only when it is asked for", async () => {
  const page = await visit();
  await page.goto(host.url);
  await ready(page);
  await kept(page);
  await page.reload(); // now the service worker answers
  await ready(page);
  assert(await page.evaluate(() => Boolean(navigator.serviceWorker.controller)));
  await page.evaluate(() => window.fabricscope.set("workload.message", "64MiB"));
  const { hash } = (await state(page)).scene;

  const worker = readFileSync(join(webDir, "service-worker.js"), "utf8");
  const later = worker.replace(/"fabricscope-\w+"/, '"fabricscope-later"');
  assert.notEqual(later, worker);
  host.answers.set("/service-worker.js", (response) => { response.writeHead(200, { "content-type": "text/javascript" }); response.end(later); });
  const keys = () => page.evaluate(() => caches.keys());
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => { registration.update(); }));
  await page.locator("#update").waitFor({ state: "visible" });
  await shoot(page, "update");
  assert.equal((await keys()).length, 2, "both versions are there");
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Reload with it" }).click()]);
  await ready(page);
  await until(page, () => caches.keys().then((names) => names.join() === "fabricscope-later"));
  assert.equal((await state(page)).scene.hash, hash, "the open scene stays");
  await page.context().close();
});
host.close();
