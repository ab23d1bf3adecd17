// The page without a network, and new versions of it: service-worker.js keeps the files.

/**
 * Installs the service worker. `newVersion(apply)` is called when a later build has been loaded beside the running one;
 * `apply()` reloads the page with it.
 */
export async function keepOffline(newVersion) {
  // Only over https and on this computer; not where the user has switched off storage.
  if (!navigator.serviceWorker || !isSecureContext) return;
  let registration;
  try {
    registration = await navigator.serviceWorker.register("service-worker.js", { updateViaCache: "none" });
  } catch (error) {
    console.warn(`Fabricscope works only with a network: ${error.message}`);
    return;
  }
  // Some browsers that are steered by tests refuse without a word.
  if (!registration) return;
  const offer = (worker) => newVersion(() => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    worker.postMessage("take over");
  });
  // Without a controller this is the first visit: the page has the build that is being kept.
  const hasEarlier = () => Boolean(navigator.serviceWorker.controller);
  if (registration.waiting && hasEarlier()) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => { if (worker.state === "installed" && hasEarlier()) offer(worker); });
  });
}
