//! The functions between the program and `web/loader.js`, in both directions.
//!
//! Commands of the page wait in a queue that the app empties once per frame ([`take_commands`]). `fabricscope.state()`
//! returns the text that the app published last ([`publish_state`]). Scenes are checked when they arrive
//! ([`set_validator`]), so that `fabricscope.load()` can reject one with a message. Everything runs on the page's one
//! thread.

use std::cell::{OnceCell, RefCell};
use std::panic::{PanicHookInfo, set_hook, take_hook};

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// A command of the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum PageCommand {
    /// Opens the scene or the log with this name and text, which the validator has accepted.
    Load(String, String),
    /// Starts the clock.
    Play,
    /// Stops the clock.
    Pause,
    /// Reduces motion: cameras do not move, and nothing plays automatically.
    ReduceMotion,
    /// Sets the clock to a simulated time in seconds, finite and not negative.
    Seek(f64),
}

type Validator = fn(&str, &str) -> Result<(), String>;

thread_local! {
    static COMMANDS: RefCell<Vec<PageCommand>> = const { RefCell::new(Vec::new()) };
    static STATE: RefCell<String> = const { RefCell::new(String::new()) };
    static VALIDATOR: OnceCell<Validator> = const { OnceCell::new() };
    static WAKER: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    // Defined by web/loader.js. `catch`: on a page without it, the calls fail and are ignored.
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = firstFrame)]
    fn host_first_frame() -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["globalThis", "fabricscopeHost"], js_name = stopped)]
    fn host_stopped(message: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = globalThis, js_name = fabricscopePickFile)]
    fn host_pick_file() -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = globalThis, js_name = fabricscopeFullScreen)]
    fn host_full_screen() -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = globalThis, js_name = fabricscopeSaveFile)]
    fn host_save_file(name: &str, text: &str) -> Result<(), JsValue>;
}

/// Takes the page's commands since the last call, oldest first. Call it once per frame, outside of multi-pass panels.
pub(super) fn take_commands() -> Vec<PageCommand> {
    COMMANDS.take()
}

/// Sets the text that `fabricscope.state()` returns from now on: the JSON of `run --json` with the clock.
pub(super) fn publish_state(json: String) {
    STATE.set(json);
}

/// Sets the check that a scene or log (name, text) must pass before it is queued; `load()` throws its error. Later calls
/// have no effect.
pub(super) fn set_validator(validator: Validator) {
    VALIDATOR.with(|cell| {
        let _already_set = cell.set(validator);
    });
}

/// Sets the function that wakes the app after a command: a paused app does not draw frames on its own.
pub(super) fn set_waker(waker: impl Fn() + 'static) {
    WAKER.set(Some(Box::new(waker)));
}

/// Reports the first picture to the page, which removes its cover. Later calls have no effect.
pub(super) fn first_frame() {
    let _page_without_loader = host_first_frame();
}

/// Reports to the page that the program has stopped, and why. The page covers the picture with this message.
pub(super) fn stopped(message: &str) {
    let _page_without_loader = host_stopped(message);
}

/// Asks the user for a file, which arrives as [`PageCommand::Load`]. Works only while a click or key is handled.
pub(super) fn pick_file() {
    let _page_without_loader = host_pick_file();
}

/// Switches the page to full screen or back. Works only while a click or key is handled.
pub(super) fn full_screen() {
    let _page_without_loader = host_full_screen();
}

/// Offers `text` to the user as a download named `name`.
pub(super) fn save_file(name: &str, text: &str) {
    let _page_without_loader = host_save_file(name, text);
}

/// Makes a panic stop the page with its message, after the existing hook has run (Bevy's, which writes to the console).
/// Call it once, after `DefaultPlugins` are added: they replace the hook without calling an earlier one.
pub(super) fn install_panic_hook() {
    let earlier = take_hook();
    set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        earlier(info);
        let place = info.location().map(|place| format!("\n{}:{}", place.file(), place.line())).unwrap_or_default();
        let message = info.payload_as_str().unwrap_or("a panic without a message");
        stopped(&format!("{message}{place}"));
    }));
}

/// One command of the page: `load` (payload: the text of the scene or log, name: of its file), `play`, `pause`,
/// `reduce-motion`, `seek` (payload: seconds).
///
/// # Errors
/// A message for the user of the page: the errors of the scene, or the problem with the command.
#[wasm_bindgen]
pub fn fabricscope_command(kind: &str, payload: &str, name: &str) -> Result<(), JsValue> {
    let command = parse_command(kind, payload, name).map_err(|message| JsValue::from_str(&message))?;
    COMMANDS.with_borrow_mut(|commands| commands.push(command));
    WAKER.with_borrow(|waker| {
        if let Some(wake) = waker {
            wake();
        }
    });
    Ok(())
}

/// The JSON that was published last; empty before the first frame.
#[wasm_bindgen]
#[must_use]
pub fn fabricscope_state() -> String {
    STATE.with_borrow(String::clone)
}

fn parse_command(kind: &str, payload: &str, name: &str) -> Result<PageCommand, String> {
    match kind {
        "load" => {
            if let Some(validate) = VALIDATOR.with(|cell| cell.get().copied()) {
                validate(name, payload)?;
            }
            Ok(PageCommand::Load(name.to_owned(), payload.to_owned()))
        }
        "play" => Ok(PageCommand::Play),
        "pause" => Ok(PageCommand::Pause),
        "reduce-motion" => Ok(PageCommand::ReduceMotion),
        "seek" => match payload.parse::<f64>() {
            Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(PageCommand::Seek(seconds)),
            _ => Err(format!("seek: `{payload}` is not a time; use seconds, 0 or more")),
        },
        _ => Err(format!("unknown command `{kind}`; accepted: load, play, pause, seek, reduce-motion")),
    }
}
