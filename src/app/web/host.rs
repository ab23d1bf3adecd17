//! What the program asks of `web/loader.js`: the functions of `window.fabricscopeHost`.

use serde::Deserialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::session::{Clock, QueryError};
use crate::ui::ControlsMirror;
use crate::units::Femtos;

#[wasm_bindgen]
extern "C" {
    // `catch`: on a page without the loader, the calls fail and are ignored.
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = start)]
    fn host_start() -> Result<String, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = firstFrame)]
    fn host_first_frame() -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = isHidden)]
    fn host_is_hidden() -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = answered)]
    fn host_answered(id: u32, answer: Option<String>, error: Option<String>) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = changed)]
    fn host_changed(time_ps: f64, duration_ps: f64, playing: bool, revision: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = describe)]
    fn host_describe(results: &str, status: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = controls)]
    fn host_controls(mirror: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = talk)]
    fn host_talk(json: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = openSpeaker)]
    fn host_open_speaker() -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = closeSpeaker)]
    fn host_close_speaker() -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = theme)]
    fn host_theme(theme: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = address)]
    fn host_address(fragment: &str) -> Result<String, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = notice)]
    fn host_notice(title: &str, details: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = perfetto)]
    fn host_perfetto(title: &str, trace: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = recordStart)]
    fn host_record_start(spec: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = recordPicture)]
    fn host_record_picture(pixels: &[u8], stride: u32) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = recordNext)]
    fn host_record_next() -> Result<String, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = recordEnd)]
    fn host_record_end() -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = stopped)]
    fn host_stopped(message: &str) -> Result<(), JsValue>;
    // A frame of another site may have no storage: then the calls throw.
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "localStorage"], js_name = getItem)]
    fn stored_item(key: &str) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "localStorage"], js_name = setItem)]
    fn store_item(key: &str, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = globalThis, js_name = fabricscopePickFile)]
    fn host_pick_file() -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = globalThis, js_name = fabricscopeFullScreen)]
    fn host_full_screen(enters: bool) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = globalThis, js_name = fabricscopeSaveFile)]
    fn host_save_file(name: &str, text: &str) -> Result<(), JsValue>;
}

/// How the page wants the program to start.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct StartOptions {
    /// Takes the keyboard at once. In a frame it waits until it gets it.
    pub(super) focus: bool,
    /// The id of the theme.
    pub(super) theme: String,
    /// Nothing plays and no camera moves by itself.
    pub(super) reduce_motion: bool,
    /// The first visit: begins with the question of the first start.
    pub(super) first_start: bool,
    /// The session that the page has stored.
    pub(super) resume: Option<String>,
    /// The fragment of the page's address, if it has one.
    pub(super) link: Option<String>,
    /// Nothing plays before somebody starts it.
    pub(super) paused: bool,
    /// Only the stage, without panels.
    pub(super) hide_panels: bool,
    /// The id of the lesson or story to open.
    pub(super) story: Option<String>,
    /// Whether the browser encodes videos.
    pub(super) video: bool,
}

impl Default for StartOptions {
    fn default() -> Self {
        StartOptions {
            focus: true,
            theme: String::new(),
            reduce_motion: false,
            first_start: false,
            resume: None,
            link: None,
            paused: false,
            hide_panels: false,
            story: None,
            video: false,
        }
    }
}

/// How the page wants the program to start.
pub(super) fn start_options() -> StartOptions {
    host_start().ok().and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

/// Reports the first picture to the page, which removes its cover. Later calls have no effect.
pub(super) fn first_frame() {
    let _page_without_loader = host_first_frame();
}

/// Whether nobody can see the canvas: another tab is in front, it is scrolled out of view, or its frame has no size.
pub(super) fn is_hidden() -> bool {
    host_is_hidden().unwrap_or(false)
}

/// Settles a request with JSON, or with the reason why there is none. A changed scene has been published by then.
pub(super) fn answered(id: u32, answer: Result<String, QueryError>) {
    let (answer, error) = match answer {
        Ok(answer) => (Some(answer), None),
        Err(error) => (None, Some(error.to_json())),
    };
    let _page_without_loader = host_answered(id, answer, error);
}

/// Reports that the clock has moved, or that the scene has other results.
pub(super) fn changed(clock: &Clock, revision: u64) {
    // Picoseconds and counts below 2^53 are exact.
    let ps = |at: Femtos| at.0 as f64 / 1000.0;
    let _page_without_loader = host_changed(ps(clock.at), ps(clock.duration), clock.playing, revision as f64);
}

/// Sets the words for readers that do not see the canvas: the results, one per line, and what the clock does.
pub(super) fn describe(results: &str, status: &str) {
    let _page_without_loader = host_describe(results, status);
}

/// Sets the elements that stand for the controls.
pub(super) fn mirror(mirror: &ControlsMirror) {
    let _page_without_loader = host_controls(&serde_json::to_string(mirror).unwrap_or_default());
}

/// Tells the view of the speaker about the talk, as JSON; empty without one.
pub(super) fn talk(json: &str) {
    let _page_without_loader = host_talk(json);
}

/// Opens the view of the speaker in another tab. Works only while a click or key is handled.
pub(super) fn open_speaker() {
    let _page_without_loader = host_open_speaker();
}

/// Closes the view of the speaker.
pub(super) fn close_speaker() {
    let _page_without_loader = host_close_speaker();
}

/// Reports that the user has chosen another theme.
pub(super) fn theme(theme: &str) {
    let _page_without_loader = host_theme(theme);
}

/// Shows a message over the picture.
pub(super) fn notice(title: &str, details: &str) {
    let _page_without_loader = host_notice(title, details);
}

/// Reports to the page that the program has stopped, and why. The page covers the picture with this message.
pub(super) fn stopped(message: &str) {
    let _page_without_loader = host_stopped(message);
}

/// Asks the user for a file, which arrives as [`PageCommand::Load`](super::bridge::PageCommand). Works only while a click
/// or key is handled.
pub(super) fn pick_file() {
    let _page_without_loader = host_pick_file();
}

/// Enters or leaves full screen. Works only while a click or key is handled.
pub(super) fn full_screen(enters: bool) {
    let _page_without_loader = host_full_screen(enters);
}

/// The address of the page with another fragment; the fragment alone on a page without the loader.
pub(super) fn address(fragment: &str) -> String {
    host_address(fragment).unwrap_or_else(|_| format!("#{fragment}"))
}

/// Offers `text` to the user as a download named `name`.
pub(super) fn save_file(name: &str, text: &str) {
    let _page_without_loader = host_save_file(name, text);
}

/// Opens Perfetto with a trace. Works only soon after a click or key.
pub(super) fn perfetto(title: &str, trace: &str) {
    let _page_without_loader = host_perfetto(title, trace);
}

/// A picture or film begins; its properties as JSON.
pub(super) fn record_start(spec: &str) {
    let _page_without_loader = host_record_start(spec);
}

/// Hands over the next picture: rows of `stride` bytes.
pub(super) fn record_picture(pixels: &[u8], stride: u32) {
    let _page_without_loader = host_record_picture(pixels, stride);
}

/// What the page lets the program do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordNext {
    /// Draw another picture.
    Draw,
    /// Wait: too many are not encoded yet.
    Wait,
    /// Stop: the user has cancelled, or the encoder has failed.
    Stop,
}

/// What the page lets the program do next with the film.
pub(super) fn record_next() -> RecordNext {
    match host_record_next().as_deref() {
        Ok("draw") => RecordNext::Draw,
        Ok("wait") => RecordNext::Wait,
        _ => RecordNext::Stop,
    }
}

/// All pictures are drawn, or no more will come.
pub(super) fn record_end() {
    let _page_without_loader = host_record_end();
}

/// The key of the progress of learners in the storage of the browser.
const PROGRESS: &str = "fabricscope.progress.v1";

/// The stored progress of a learner. `None` if there is none, or no storage.
pub(super) fn stored_progress() -> Option<String> {
    stored_item(PROGRESS).ok().flatten()
}

/// Stores the progress of a learner. Returns whether there is storage for it.
pub(super) fn store_progress(text: &str) -> bool {
    store_item(PROGRESS, text).is_ok()
}
