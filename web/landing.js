// The first visit: what this is, and three doors, while the program loads behind them.

const element = (id) => document.getElementById(id);

let opened = null; // the door that was chosen before the program was there
let leave = null;

/** Whether the landing stands over the program. */
export const isLanding = () => !element("landing").hidden;

/**
 * Shows the landing. `enter(door)` is called once, when a door is chosen and the program is there; `pick()` asks for the file
 * of the door `open`, which is chosen with the file.
 */
export function showLanding(enter, pick) {
  element("landing").hidden = false;
  element("cover").classList.add("landing");
  leave = (door) => { hideLanding(); enter(door); };
  element("landing").addEventListener("click", ({ target }) => {
    const door = target.closest("button[data-door]");
    if (door?.dataset.door === "open") pick();
    else if (door) choose(door.dataset.door);
  });
}

/** Takes the door as chosen, which opens as soon as the program is there. */
export function choose(door) {
  for (const button of element("landing").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.door === door));
  opened = door;
  if (element("landing").dataset.ready) leave(door);
}

/** The program is there. */
export function landingReady() {
  element("landing").dataset.ready = "yes";
  if (opened) leave(opened);
}

export function hideLanding() {
  element("landing").hidden = true;
  element("cover").classList.remove("landing");
}
