// What the query of the page's address asks for: `?embed&theme=light&hide=panels&story=rings&autoplay=0`. The fragment names
// the scene, and is the program's.

const query = new URLSearchParams(location.search);
const THEMES = ["dark", "light", "bright-room"];

/** A value that is one of those accepted; others are named in the console, for whoever writes the address. */
function oneOf(name, accepted) {
  const value = query.get(name);
  if (value === null || accepted.includes(value)) return value;
  console.warn(`Fabricscope: ${name}=${value.slice(0, 40)} is ignored; accepted: ${accepted.join(", ")}`);
  return null;
}

export const options = Object.freeze({
  /** Behaves as in a frame. */
  embed: query.has("embed"),
  /** The theme of this page only; null for that of the user or the system. */
  theme: oneOf("theme", THEMES),
  hidePanels: oneOf("hide", ["panels"]) === "panels",
  /** The id of the lesson or story that opens. */
  story: query.get("story"),
  paused: oneOf("autoplay", ["0", "1"]) === "0",
  /** The only origin that may control the page by messages; null for that of any page around the frame. */
  parent: query.get("parent"),
});
