/** Types of `window.fabricscope`, and of the messages that a frame and the page around it exchange. See docs/embedding.md. */

export interface Fabricscope {
  /** The version of the interface and of the messages. */
  readonly version: 1;
  /** Resolves at the first frame; rejects if there will be none. */
  readonly ready: Promise<void>;
  /** Opens a scene, a log or a file to import, from its text (or bytes, if it is compressed), or what a link leads to. Resolves as soon as it is shown. */
  load(file: string | Uint8Array, name?: string): Promise<State>;
  /** Changes a value of the scene by its path: `set("workload.message", "64MiB")`. Resolves as soon as it is shown. */
  set(path: string, value: string | number | boolean): Promise<State>;
  /** The address that leads to what is shown now: scene, changes, clock, view. */
  link(): string;
  play(): void;
  pause(): void;
  /** Sets the clock to a simulated time in seconds, 0 or more; later than the end is the end. */
  seek(seconds: number): void;
  /** The results with the clock and the cost of drawing; null before the first frame. */
  state(): State | null;
  /** The JSON of `fabricscope run --json`. */
  run(): Promise<Report>;
  /** The JSON of `fabricscope explain --json`. */
  explain(): Promise<Report>;
  /** The open scene with all changes, as the text of a scene file. */
  scene(): Promise<string>;
  /** The JSON of `fabricscope sweep --json`. */
  sweep(spec: SweepSpec): Promise<SweepReport>;
  /**
   * The runs as a file of another tool, what `fabricscope export --as` writes; or a picture, or a film of the whole run in 12
   * seconds. Rejects with `cancelled` if the user stops a film.
   */
  export<K extends ExportKind | PictureKind>(kind: K, options?: K extends PictureKind ? PictureOptions : { fabric?: number }): Promise<K extends PictureKind ? Picture : ExportedFile>;
  /** Calls back at an event. Returns a function that ends it. */
  on<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): () => void;
}

export interface Events {
  /** The first frame. */
  ready: null;
  /** The clock was started, stopped or set; while it runs, about ten times per second. */
  state: ClockState;
  /** The clock has come to the end, by playing or by a seek. */
  end: ClockState;
  /** The scene has other results: another scene, or a change of it. The JSON of `run --json`. */
  result: Report;
  /** A message that the page shows. */
  error: FabricscopeError;
  /** The program has stopped, and cannot go on. */
  stopped: { message: string };
}

/** Simulated picoseconds. */
export interface ClockState { time_ps: number; duration_ps: number; playing: boolean }

/** Every error of the interface. */
export interface FabricscopeError extends Error { code: ErrorCode }

export type ErrorCode =
  | "argument" // the call has another form
  | "rejected" // a scene, setting, sweep or link with errors; nothing has changed
  | "cancelled" // the change was given up before it was shown
  | "loading" // before the first frame
  | "stopped" // the program has stopped
  | "handshake" // a message before `fabricscope:hello`
  | "version" // a version that this page does not speak
  | "unknown" // no such message
  | "internal"; // a fault of the program

export interface SweepSpec {
  /** As `--over` takes it: `"workload.message=8MiB..1GiB*2"`. Several are combined. */
  over: string | string[];
  /** As `--set` takes it: `"fabrics.0.algorithm=ring"`. */
  set?: string | string[];
}

export type ExportKind = "links-csv" | "chrome-trace" | "nccl-tests" | "timeline-svg" | "machine-svg" | "curve-svg";

export interface ExportedFile {
  /** The proposed name. */
  file_name: string;
  mime: string;
  text: string;
  /** Its rows, events or marks. */
  rows: number;
  /** What was averaged or left out. */
  notes: string[];
}

/** A picture, a film as animated PNG, a film by the browser's encoder of videos (not in every browser). */
export type PictureKind = "png" | "apng" | "webm";

export interface PictureOptions {
  /** Pixels per point, 1 to 4. A picture has those of the screen without it, a film has 1. */
  scale?: number;
  /** Width and height in points, 64 to 4096; those of the page without it. */
  size?: [number, number];
  /** Nothing behind the stage; not for `webm`. */
  transparent?: boolean;
  /** Whether the panels are shown; as on the page without it. */
  panels?: boolean;
  /** Pictures per second of a film, 1 to 60; 15 without it. */
  fps?: number;
}

export interface Picture {
  /** The proposed name. */
  file_name: string;
  mime: "image/png" | "image/apng" | "video/webm";
  bytes: Uint8Array;
  /** Pixels. */
  width: number;
  height: number;
  pictures: number;
}

/** The main members; docs/command-line.md has them all. */
export interface Report {
  version: number;
  scene: { title: string; hash: string; [member: string]: unknown };
  fabrics: FabricReport[];
  [member: string]: unknown;
}

export interface FabricReport {
  /** A, B, C … in the order of the scene. */
  id: string;
  name: string;
  /** null if the fabric cannot run the operation; a training run has `step_s` instead. */
  time_s?: number | null;
  [member: string]: unknown;
}

export interface State extends Report {
  clock: { time_s: number; duration_s: number; playing: boolean; speed: number; mode: "same" | "normalised" };
  drawing: { [member: string]: number } | null;
}

export interface SweepReport {
  version: number;
  rows: { [member: string]: unknown }[];
  [member: string]: unknown;
}

// ---- messages -----------------------------------------------------------------------------------------------------

/** What the page around the frame may send. The answer repeats `id`; without one only errors are told. */
export type Command = { id?: string | number } & (
  | { type: "fabricscope:hello"; version: 1 }
  | { type: "fabricscope:load"; scene: string | Uint8Array; name?: string }
  | { type: "fabricscope:set"; path: string; value: string | number | boolean }
  | { type: "fabricscope:play" }
  | { type: "fabricscope:pause" }
  | { type: "fabricscope:seek"; time_ps: number }
  | { type: "fabricscope:get"; what: "state" | "result" | "explanation" | "scene" | "link" }
  | ({ type: "fabricscope:sweep" } & SweepSpec)
  | { type: "fabricscope:export"; kind: ExportKind | PictureKind; fabric?: number; options?: PictureOptions }
);

/** What the frame sends. All but `ready`, `stopped` and refusals come after `welcome`, and go to the origin that said hello. */
export type Message =
  | { type: "fabricscope:ready"; version: 1 }
  | { type: "fabricscope:stopped"; version: 1; message: string }
  | { type: "fabricscope:welcome"; id?: string | number; version: 1; build: string; commands: string[]; parts: string[] }
  | { type: "fabricscope:answer"; id: string | number; result: unknown }
  | { type: "fabricscope:error"; id?: string | number; code: ErrorCode; message: string }
  | ({ type: "fabricscope:state" } & ClockState)
  | ({ type: "fabricscope:end" } & ClockState)
  | { type: "fabricscope:result"; report: Report }
  | { type: "fabricscope:height"; height: number };

declare global {
  interface Window { readonly fabricscope: Fabricscope }
}
