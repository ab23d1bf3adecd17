// "Open in Perfetto": a new tab gets the trace from this one, in the browser. Nothing is sent before the user asks for it.

const ORIGIN = "https://ui.perfetto.dev";
const EVERY_MS = 50;
const PATIENCE_MS = 60_000;

/**
 * Opens Perfetto and hands it a trace as soon as it answers. Call it while handling a click or a key, or soon after: browsers
 * refuse new tabs at other times. `notice(title, details)` tells what went wrong.
 */
export function openInPerfetto(title, trace, notice) {
  const tab = window.open(ORIGIN);
  if (!tab) {
    notice("Perfetto did not open", "The browser has blocked the new tab. Allow pop-ups of this page, or save the trace and drop it on ui.perfetto.dev.");
    return;
  }
  const began = performance.now();
  const timer = setInterval(() => {
    if (!tab.closed && performance.now() - began < PATIENCE_MS) {
      tab.postMessage("PING", ORIGIN);
      return;
    }
    end();
    if (!tab.closed) notice("Perfetto does not answer", "Check the connection, or save the trace and drop it on ui.perfetto.dev.");
  }, EVERY_MS);
  const end = () => { clearInterval(timer); window.removeEventListener("message", hear); };
  const hear = ({ source, origin, data }) => {
    if (source !== tab || origin !== ORIGIN || data !== "PONG") return;
    end();
    const buffer = new TextEncoder().encode(trace).buffer;
    tab.postMessage({ perfetto: { buffer, title, fileName: `${title}.json` } }, ORIGIN, [buffer]);
  };
  window.addEventListener("message", hear);
}
