//! The app around the core: an engine that draws the session in a window, in a page, or into an image.
//!
//! | files | contents |
//! |---|---|
//! | `state`, `schedule` | the shared resources, and the order of a frame |
//! | `program` | the plugin of all modes: session, panels and stage |
//! | `update`, `panels` | intents and time; the egui pass |
//! | `solver`, `explainer`, `sweeper` | work beside the frames: changed scenes, sensitivity analysis, the points of a sweep |
//! | `fabric` | chips, links and packets as entities, and the picture made of them |
//! | `render` | the picture as meshes and textures |
//! | `transparency` | pictures with nothing behind the stage |
//! | `camera`, `pacing` | the one camera, and when frames are drawn |
//! | `pointer_events` | mouse and touch, pass by pass |
//! | `keys` | the keyboard |
//! | `window`, `desktop` | the window; file dialogs, dropped files, the clipboard |
//! | `web` | the page around the browser build |
//! | `stills` | small pictures of the beats of a story |
//! | `headless` | the app without a window, and `fabricscope render` |
//! | `draw_cost` | the cost of drawing a frame |
//! | `engine`, `flat_pipeline` | Bevy's plugins, and its core pipeline in two dimensions |
//! | `adapter`, `graphics_errors` | missing and failing graphics |
//! | `console` | the log in the browser |
//! | `display` | a missing display |

mod adapter;
mod camera;
#[cfg(target_arch = "wasm32")]
mod console;
#[cfg(not(target_arch = "wasm32"))]
mod desktop;
#[cfg(not(target_arch = "wasm32"))]
mod display;
mod draw_cost;
mod engine;
mod explainer;
mod fabric;
mod flat_pipeline;
mod graphics_errors;
#[cfg(not(target_arch = "wasm32"))]
mod headless;
mod keys;
mod pacing;
mod panels;
mod pointer_events;
mod program;
mod render;
mod schedule;
mod solver;
mod state;
#[cfg(not(target_arch = "wasm32"))]
mod stills;
mod sweeper;
mod talk;
mod transparency;
mod update;
#[cfg(target_arch = "wasm32")]
mod web;
mod window;

pub use adapter::NoAdapter;
#[cfg(not(target_arch = "wasm32"))]
pub use desktop::{DesktopStart, run_desktop};
#[cfg(not(target_arch = "wasm32"))]
pub use display::{NoDisplay, check_display};
pub use draw_cost::{Bar, DrawReport};
pub use fabric::{
    Bottleneck, Capacity, Chip, Class, Degraded, Fabric, HeldShare, Late, Latency, Link, LinkOf, Lit, OnCriticalPath,
    Packet, Rank, Selected, Utilisation,
};
#[cfg(not(target_arch = "wasm32"))]
pub use headless::{
    Bare, Headless, HeadlessError, Picture, RenderArguments, RenderError, Shown, draw_beats, render_pictures,
};
pub use program::plugin;
pub use state::{OpenSession, Playing};
#[cfg(target_arch = "wasm32")]
pub use web::run as run_in_page;
pub use window::run_window;
