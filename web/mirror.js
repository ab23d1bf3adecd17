// The controls of the program as elements in the canvas: nobody sees them, and screen readers meet them there. The canvas
// keeps the keyboard.

const canvas = document.getElementById("fabricscope");
const identify = (id) => `control-${id}`;

function describe(element, control) {
  const set = (name, value) => {
    if (value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  };
  set("role", control.role);
  set("aria-label", control.name);
  set("aria-checked", control.role === "radio" || control.role === "checkbox" ? Boolean(control.checked) : undefined);
  set("aria-pressed", control.role === "button" ? control.checked : undefined);
  set("aria-disabled", control.enabled ? undefined : true);
  set("aria-expanded", control.role === "combobox" ? false : undefined);
  const [now, least, largest] = control.range ?? [];
  set("aria-valuenow", now);
  set("aria-valuemin", least);
  set("aria-valuemax", largest);
  set("aria-valuetext", control.role === "slider" ? control.name : undefined);
  if (control.role === "textbox" && element.textContent !== control.value) element.textContent = control.value ?? "";
}

/** Shows the controls of the program, in their order, and which of them has the keyboard. */
export function showControls({ controls, focused }) {
  const known = new Map([...canvas.children].map((element) => [element.id, element]));
  let before = null;
  for (const control of controls) {
    const id = identify(control.id);
    const element = known.get(id) ?? Object.assign(document.createElement("div"), { id });
    known.delete(id);
    describe(element, control);
    const place = before ? before.nextSibling : canvas.firstChild;
    if (place !== element) canvas.insertBefore(element, place);
    before = element;
  }
  for (const gone of known.values()) gone.remove();
  if (focused) canvas.setAttribute("aria-activedescendant", identify(focused));
  else canvas.removeAttribute("aria-activedescendant");
}

/** Calls `press(id)` when a screen reader presses a control. */
export function onPress(press) {
  canvas.addEventListener("click", ({ target }) => {
    const control = target.closest?.("[id^=control-]");
    if (control) press(control.id.slice(identify("").length));
  });
}
