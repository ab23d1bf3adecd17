// Whose turn it is: the program's, or that of the browser and the page around a frame. Keys, wheel, focus, visibility.

export const embedded = window.parent !== window;
const canvas = document.getElementById("fabricscope");
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const HINT_MS = 1500;

// ---- keys -------------------------------------------------------------------------------------------------------

/** Gives the keyboard to the page around the frame. */
function release() {
  canvas.blur();
  try {
    window.frameElement?.blur();
  } catch { /* a page of another server */ }
  window.parent.focus();
}

/**
 * `keyUse(key, shift, control)` says what a key does: "use", "pass", "leave" or "leave-controls"; null if nothing runs.
 * `leaveControls()` takes the focus from the program's control that has it.
 */
export function shareKeys(keyUse, leaveControls) {
  // In the capture phase: before the program's own listener.
  window.addEventListener("keydown", (event) => {
    if (event.target !== canvas || event.altKey) return;
    const use = keyUse(event.key, event.shiftKey, event.ctrlKey || event.metaKey);
    if (use === "use" || use === "leave-controls") event.preventDefault();
    if (use !== "leave" && use !== "leave-controls") return;
    if (event.key === "Escape") {
      if (embedded) release();
      return;
    }
    // The browser moves on to the next element of the page.
    event.stopImmediatePropagation();
    leaveControls();
  }, true);
}

// ---- wheel ------------------------------------------------------------------------------------------------------

let hintTimer = 0;

function showHint() {
  const hint = document.getElementById("hint");
  hint.textContent = `${isMac ? "⌘" : "Ctrl"} + wheel zooms`;
  hint.hidden = false;
  clearTimeout(hintTimer);
  hintTimer = setTimeout(() => { hint.hidden = true; }, HINT_MS);
}

/** In a frame, the wheel scrolls the page around it until the frame was clicked. */
export function shareWheel() {
  let hasFocus = false;
  canvas.addEventListener("focus", () => { hasFocus = true; });
  canvas.addEventListener("blur", () => { hasFocus = false; });
  window.addEventListener("wheel", (event) => {
    if (event.target !== canvas) return;
    if (!embedded || hasFocus || event.ctrlKey || event.metaKey) {
      event.preventDefault();
      return;
    }
    event.stopImmediatePropagation();
    showHint();
  }, { capture: true, passive: false });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
}

// ---- visibility -------------------------------------------------------------------------------------------------

let inView = true;
let waitsForSize = false;
let wake = () => {};

/** A frame that is not displayed has no size, and nobody says when it gets one: the browser draws again then. */
function waitForSize() {
  if (waitsForSize) return;
  waitsForSize = true;
  const look = () => {
    if (canvas.clientWidth === 0) {
      requestAnimationFrame(look);
      return;
    }
    waitsForSize = false;
    wake();
  };
  requestAnimationFrame(look);
}

/** Whether nobody can see the canvas. */
export function isHidden() {
  const hasSize = canvas.clientWidth > 0;
  if (!hasSize) waitForSize();
  return document.hidden || !inView || !hasSize;
}

/** Calls back when the canvas may have become visible or hidden. */
export function onVisibility(changed) {
  wake = changed;
  document.addEventListener("visibilitychange", changed);
  new IntersectionObserver((entries) => {
    inView = entries[entries.length - 1].isIntersecting;
    changed();
  }).observe(canvas);
}

// ---- size -------------------------------------------------------------------------------------------------------

/**
 * The device mode of developer tools changes the scale, but not the size in device pixels that the browser measures, and
 * the program would believe the measured size. Without that size, it multiplies.
 */
export function checkDevicePixels() {
  const observer = new ResizeObserver((entries) => {
    observer.disconnect();
    const measured = entries[0].devicePixelContentBoxSize?.[0].inlineSize;
    if (measured && Math.abs(measured - canvas.clientWidth * devicePixelRatio) > 2) {
      delete ResizeObserverEntry.prototype.devicePixelContentBoxSize;
    }
  });
  try {
    observer.observe(canvas, { box: "device-pixel-content-box" });
  } catch { /* a browser without that size */ }
}
