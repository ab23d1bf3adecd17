//! The browser page's side door: what `web/loader.js` calls, and what it is told.
//!
//! The page's commands wait in a queue that the app drains once per frame ([`take_commands`]); what
//! `fabricscope.state()` answers is the text that the app published last ([`publish_state`]). Scenes are
//! checked the moment they arrive ([`set_validator`]), so that `fabricscope.load()` can refuse one with words.
//! Everything lives on the page's one thread.

use std::cell::{OnceCell, RefCell};
use std::panic::{PanicHookInfo, set_hook, take_hook};

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// What the page asks of the app.
#[derive(Clone, Debug, PartialEq)]
pub enum WebCommand {
    /// Opens the scene or the log of this name and text, which the validator has passed.
    Load(String, String),
    /// Lets the clock run.
    Play,
    /// Stops the clock.
    Pause,
    /// Puts the clock to so many seconds of simulated time: finite, and not negative.
    Seek(f64),
}

type Validator = fn(&str, &str) -> Result<(), String>;

thread_local! {
    static COMMANDS: RefCell<Vec<WebCommand>> = const { RefCell::new(Vec::new()) };
    static STATE: RefCell<String> = const { RefCell::new(String::new()) };
    static VALIDATOR: OnceCell<Validator> = const { OnceCell::new() };
    static WAKER: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    // Defined by web/loader.js. `catch`: on a page without it these calls fail and are ignored.
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

/// Takes the page's commands since the last call, oldest first. Once per frame, outside multi-pass panels.
#[must_use]
pub fn take_commands() -> Vec<WebCommand> {
    COMMANDS.take()
}

/// Sets what `fabricscope.state()` answers from now on: the JSON of `run --json` with the clock.
pub fn publish_state(json: String) {
    STATE.set(json);
}

/// Sets the check that a scene or log (name, text) must pass before it is queued; its error is what `load()` throws. The first one stays.
pub fn set_validator(validator: Validator) {
    VALIDATOR.with(|cell| {
        let _already_set = cell.set(validator);
    });
}

/// Sets what wakes the app after a command, because a paused app draws no frames by itself.
pub fn set_waker(waker: impl Fn() + 'static) {
    WAKER.set(Some(Box::new(waker)));
}

/// Tells the page that the first picture is on the screen; it takes its cover away. Later calls do nothing.
pub fn first_frame() {
    let _page_without_loader = host_first_frame();
}

/// Tells the page that the program cannot go on, and why; it covers the picture with these words.
pub fn stopped(message: &str) {
    let _page_without_loader = host_stopped(message);
}

/// Asks the user for a scene file, which comes back as [`WebCommand::Load`]. Only while a click or key is handled.
pub fn pick_file() {
    let _page_without_loader = host_pick_file();
}

/// Lets the page take the whole screen, or give it back. Only while a click or key is handled.
pub fn full_screen() {
    let _page_without_loader = host_full_screen();
}

/// Hands `text` to the user as a download called `name`.
pub fn save_file(name: &str, text: &str) {
    let _page_without_loader = host_save_file(name, text);
}

/// Makes panics stop the page with their message, after the hook that is set already (Bevy's, which writes to
/// the console). Call it once, after `DefaultPlugins` are added: they replace the hook without chaining.
pub fn install_panic_hook() {
    let earlier = take_hook();
    set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        earlier(info);
        let place = info.location().map(|place| format!("\n{}:{}", place.file(), place.line())).unwrap_or_default();
        let message = info.payload_as_str().unwrap_or("a panic without a message");
        stopped(&format!("{message}{place}"));
    }));
}

/// One command of the page: `load` (payload: the text of the scene or log, name: of its file), `play`, `pause`, `seek`
/// (payload: seconds).
///
/// # Errors
/// A text for the page's user: the faults of the scene, or what is wrong with the command.
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

/// The JSON that was published last; empty before the first.
#[wasm_bindgen]
#[must_use]
pub fn fabricscope_state() -> String {
    STATE.with_borrow(String::clone)
}

fn parse_command(kind: &str, payload: &str, name: &str) -> Result<WebCommand, String> {
    match kind {
        "load" => {
            if let Some(validate) = VALIDATOR.with(|cell| cell.get().copied()) {
                validate(name, payload)?;
            }
            Ok(WebCommand::Load(name.to_owned(), payload.to_owned()))
        }
        "play" => Ok(WebCommand::Play),
        "pause" => Ok(WebCommand::Pause),
        "seek" => match payload.parse::<f64>() {
            Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(WebCommand::Seek(seconds)),
            _ => Err(format!("seek: `{payload}` is not a time; seconds are wanted, 0 or more")),
        },
        _ => Err(format!("there is no command `{kind}`; there are load, play, pause and seek")),
    }
}
