// What the page keeps: the theme for the next visit, the open scene for a reload. Storage may be switched off or full.

const root = document.documentElement;
const prefersLight = matchMedia("(prefers-color-scheme: light)");
const MAX_STORED = 2 * 1024 * 1024; // characters; browsers give about five million to all frames of a server

/** The result of an action on the browser's storage, or null if the browser refuses. */
function stored(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

// ---- theme ------------------------------------------------------------------------------------------------------

const THEME = "fabricscope:theme";
const THEMES = ["dark", "light", "bright-room"];
const storedTheme = () => THEMES.find((theme) => theme === stored(() => localStorage.getItem(THEME)));
const preferredTheme = () => prefersLight.matches ? "light" : "dark";

/** The theme of the page: as the user chose last, else as the system prefers. */
export const theme = () => storedTheme() ?? preferredTheme();

/** Gives the page around the canvas the program's theme. */
export function showTheme(theme) {
  const kind = theme === "dark" ? "dark" : "light";
  root.dataset.theme = kind;
  document.querySelector("meta[name=color-scheme]").content = kind;
  document.querySelector("meta[name=theme-color]").content = { dark: "#0A0D12", light: "#F7F8FA", "bright-room": "#FFFFFF" }[theme];
}

/** Keeps the theme that the user has chosen. */
export function keepTheme(theme) {
  stored(() => localStorage.setItem(THEME, theme));
  showTheme(theme);
}

/** Calls back when the system prefers another theme and the user has not chosen one. */
export function onPreferredTheme(changed) {
  prefersLight.addEventListener("change", () => {
    if (storedTheme()) return;
    showTheme(preferredTheme());
    changed(preferredTheme());
  });
}

// ---- the first start --------------------------------------------------------------------------------------------

const FIRST_START = "fabricscope:first-start";

/** Whether this may be the first visit. */
export const isFirstStart = () => stored(() => localStorage.getItem(FIRST_START) === null) === true;

/** Whether this is the first visit, once. Without storage no visit is the first, or else every one would be. */
export function takeFirstStart() {
  const shown = stored(() => localStorage.getItem(FIRST_START));
  if (shown) return false;
  return stored(() => {
    localStorage.setItem(FIRST_START, "shown");
    return localStorage.getItem(FIRST_START) === "shown";
  }) === true;
}

// ---- the open scene ---------------------------------------------------------------------------------------------

/** The place of this frame in its tab, such as "0.2": all frames of a server share the storage of a tab. */
function framePath() {
  const path = [];
  for (let frame = window; frame !== frame.parent; frame = frame.parent) {
    let place = 0;
    while (place < frame.parent.length && frame.parent[place] !== frame) place += 1;
    path.unshift(place);
  }
  return path.join(".");
}

const SCENE = `fabricscope:scene:${location.pathname}:${framePath()}`;
const isReturnOf = (frame) => ["reload", "back_forward"].includes(frame.performance.getEntriesByType("navigation")[0]?.type);

/** Whether the page or the page around its frame was reloaded; of a page of another server nobody knows. */
const isReturn = () => isReturnOf(window) || stored(() => isReturnOf(window.top)) === true;

/**
 * The session that this page had before it was reloaded, or null. It is forgotten at once, and stored again when it runs:
 * a session that cannot run is tried once only.
 */
export function takeSession() {
  const session = stored(() => sessionStorage.getItem(SCENE));
  forgetSession();
  return isReturn() ? session : null;
}

/** Whether a reload would continue with a stored session. */
export const hasSession = () => Boolean(stored(() => sessionStorage.getItem(SCENE)));

export function forgetSession() {
  stored(() => sessionStorage.removeItem(SCENE));
}

/** Keeps a session for a reload; one that is too large is not kept. */
export function keepSession(session) {
  if (session.length > MAX_STORED) forgetSession();
  else if (session) stored(() => sessionStorage.setItem(SCENE, session));
}
