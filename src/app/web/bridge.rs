//! What `web/loader.js` asks of the program.
//!
//! Commands of the page wait in a queue that the app empties once per frame ([`take_commands`]). `fabricscope.state()`
//! returns the text that the app published last ([`publish_state`]). Scenes are checked when they arrive
//! ([`set_validator`]), so that `fabricscope.load()` can reject one at once. Everything runs on the page's one thread.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::panic::{PanicHookInfo, set_hook, take_hook};

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::{host, keyboard};
use crate::import::Imported;
use crate::scene::Setting;
use crate::session::{Link, PictureSpec, Query, QueryError, Snapshot, SpeakerCommand};
use crate::style::ThemeKind;
use crate::units::Femtos;

/// A command of the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum PageCommand {
    /// Opens a scene or a log, which the validator has accepted.
    Load {
        /// Number of the request, for [`host::answered`].
        id: u32,
        /// Name of the file.
        name: String,
        /// Its text.
        text: String,
    },
    /// Shows what was imported.
    Import {
        /// Number of the request.
        id: u32,
        /// The scene and its report.
        imported: Box<Imported>,
    },
    /// Opens the scene of a link.
    Link {
        /// Number of the request; `None` if the address of the page changed.
        id: Option<u32>,
        /// An address or its fragment.
        link: String,
    },
    /// Changes a value of the scene.
    Set {
        /// Number of the request.
        id: u32,
        /// The value.
        setting: Setting,
    },
    /// A query about the scene.
    Query {
        /// Number of the request.
        id: u32,
        /// The query.
        query: Query,
    },
    /// Draws a picture or film.
    Picture {
        /// Number of the request.
        id: u32,
        /// What it looks like.
        spec: PictureSpec,
    },
    /// Starts the clock.
    Play,
    /// Stops the clock.
    Pause,
    /// Sets the clock to a simulated time.
    Seek(Femtos),
    /// Follows the colours that the system prefers now.
    Theme(ThemeKind),
    /// Takes the keyboard focus from the control that has it.
    LeaveControls,
    /// Presses the control of this number in the mirror.
    Press(u64),
    /// The page fills the screen, or no longer.
    FullScreen(bool),
    /// Shows the list of lessons.
    Course,
    /// The view of the speaker asks for something.
    Talk(SpeakerCommand),
    /// Only draws a frame: the canvas is visible again.
    Wake,
}

type Validator = fn(&str, &str) -> Result<(), String>;
type Importer = fn(&str, &[u8]) -> Result<Imported, String>;

thread_local! {
    static COMMANDS: RefCell<VecDeque<PageCommand>> = const { RefCell::new(VecDeque::new()) };
    static REQUESTS: Cell<u32> = const { Cell::new(0) };
    static STATE: RefCell<String> = const { RefCell::new(String::new()) };
    static SNAPSHOT: RefCell<Option<Snapshot>> = const { RefCell::new(None) };
    static VALIDATOR: OnceCell<Validator> = const { OnceCell::new() };
    static IMPORTER: OnceCell<Importer> = const { OnceCell::new() };
    static WAKER: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Takes the page's commands since the last call, oldest first, up to the first that changes the scene: what follows it is
/// for the scene that it opens. Returns whether more wait. Call it once per frame, outside of multi-pass panels.
pub(super) fn take_commands() -> (Vec<PageCommand>, bool) {
    COMMANDS.with_borrow_mut(|commands| {
        let changes = |command: &PageCommand| {
            matches!(
                command,
                PageCommand::Load { .. }
                    | PageCommand::Import { .. }
                    | PageCommand::Link { .. }
                    | PageCommand::Set { .. }
            )
        };
        let first = commands.iter().position(changes);
        let taken = commands.drain(..first.map_or(commands.len(), |first| first + 1)).collect();
        (taken, !commands.is_empty())
    })
}

/// Sets the text that `fabricscope.state()` returns from now on: the JSON of `run --json` with the clock.
pub(super) fn publish_state(json: String) {
    STATE.set(json);
}

/// Sets what `fabricscope_snapshot` returns from now on.
pub(super) fn update_snapshot(update: impl FnOnce(&mut Option<Snapshot>)) {
    SNAPSHOT.with_borrow_mut(update);
}

/// Sets the check that a scene, a log or a link (name, text) must pass before it is queued; `load()` rejects with its error. Later
/// calls have no effect.
pub(super) fn set_validator(validator: Validator) {
    VALIDATOR.with(|cell| {
        let _already_set = cell.set(validator);
    });
}

/// Sets what reads the bytes of files. Later calls have no effect.
pub(super) fn set_importer(importer: Importer) {
    IMPORTER.with(|cell| {
        let _already_set = cell.set(importer);
    });
}

/// Sets the function that wakes the app after a command: a paused app does not draw frames on its own.
pub(super) fn set_waker(waker: impl Fn() + 'static) {
    WAKER.set(Some(Box::new(waker)));
}

/// Draws another frame.
pub(super) fn wake() {
    WAKER.with_borrow(|waker| {
        if let Some(wake) = waker {
            wake();
        }
    });
}

/// Makes a panic stop the page with its message, after the existing hook has run (Bevy's, which writes to the console).
/// Call it once, after `DefaultPlugins` are added: they replace the hook without calling an earlier one.
pub(super) fn install_panic_hook() {
    let earlier = take_hook();
    set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        earlier(info);
        let place = info.location().map(|place| format!("\n{}:{}", place.file(), place.line())).unwrap_or_default();
        let message = info.payload_as_str().unwrap_or("a panic without a message");
        host::stopped(&format!("{message}{place}"));
    }));
}

/// One command of the page: `link` (payload: an address or its fragment), `play`, `pause`, `seek` (payload: seconds),
/// `theme` (payload: `dark`, `light` or `bright-room`),
/// `leave-controls`, `press` (payload: number of a control), `full-screen` (payload: `true` or `false`), `course`, `talk`
/// (payload: as [`SpeakerCommand::parse`] takes it), `wake`.
///
/// # Errors
/// A message for the user of the page: the problem with the command.
#[wasm_bindgen]
pub fn fabricscope_command(kind: &str, payload: &str) -> Result<(), JsValue> {
    let command = parse_command(kind, payload).map_err(|message| JsValue::from_str(&message))?;
    push(command);
    Ok(())
}

/// Opens a scene, a log, or what a link leads to. Returns the number of the request, with which [`host::answered`] reports
/// that it is open.
///
/// # Errors
/// A message for the user of the page: the errors of the scene, log or link.
#[wasm_bindgen]
pub fn fabricscope_load(name: &str, text: &str) -> Result<u32, JsValue> {
    if let Some(validate) = VALIDATOR.with(|cell| cell.get().copied()) {
        validate(name, text).map_err(|message| JsValue::from_str(&message))?;
    }
    let id = next_request();
    push(if is_lone_link(text) {
        PageCommand::Link { id: Some(id), link: text.to_owned() }
    } else {
        PageCommand::Load { id, name: name.to_owned(), text: text.to_owned() }
    });
    Ok(id)
}

/// Imports a file from its bytes, such as a compressed one. Returns the number of the request, as [`fabricscope_load`].
///
/// # Errors
/// A message for the user of the page: why it is not imported.
#[wasm_bindgen]
pub fn fabricscope_import(name: &str, bytes: &[u8]) -> Result<u32, JsValue> {
    let importer = IMPORTER.with(|cell| cell.get().copied());
    let read = importer.map_or_else(|| Err("the program is not ready".to_owned()), |import| import(name, bytes));
    let imported = Box::new(read.map_err(|message| JsValue::from_str(&message))?);
    let id = next_request();
    push(PageCommand::Import { id, imported });
    Ok(id)
}

/// Whether a text is a link and nothing else.
pub(super) fn is_lone_link(text: &str) -> bool {
    Link::is_alone(text)
}

/// Changes a value of the scene by its path. Returns the number of the request, which [`host::answered`] answers as soon as
/// the changed scene is shown.
#[wasm_bindgen]
#[must_use]
pub fn fabricscope_set(path: &str, value: &str) -> u32 {
    let id = next_request();
    push(PageCommand::Set { id, setting: Setting { path: path.to_owned(), value: value.to_owned() } });
    id
}

/// Requests results: `run`, `explain`, `scene`, `sweep` or `export` with the arguments of [`Query::parse`]. Returns the number of
/// the request, which [`host::answered`] answers with JSON.
///
/// # Errors
/// The JSON of a [`QueryError`]: an unknown query, or wrong arguments.
#[wasm_bindgen]
pub fn fabricscope_query(kind: &str, arguments: &str) -> Result<u32, JsValue> {
    let query = Query::parse(kind, arguments).map_err(|error: QueryError| JsValue::from_str(&error.to_json()))?;
    let id = next_request();
    push(PageCommand::Query { id, query });
    Ok(id)
}

/// Requests a picture or film with the arguments of [`PictureSpec::parse`]. Returns the number of the request, which the page
/// itself settles as soon as its file is made.
///
/// # Errors
/// The JSON of a [`QueryError`]: wrong arguments.
#[wasm_bindgen]
pub fn fabricscope_picture(arguments: &str) -> Result<u32, JsValue> {
    let spec = PictureSpec::parse(arguments).map_err(|error: QueryError| JsValue::from_str(&error.to_json()))?;
    let id = next_request();
    push(PageCommand::Picture { id, spec });
    Ok(id)
}

fn next_request() -> u32 {
    let id = REQUESTS.get() + 1;
    REQUESTS.set(id);
    id
}

/// The JSON that was published last; empty before the first frame.
#[wasm_bindgen]
#[must_use]
pub fn fabricscope_state() -> String {
    STATE.with_borrow(String::clone)
}

/// The session as text that [`host::StartOptions`] takes after a reload; empty before the first frame.
#[wasm_bindgen]
#[must_use]
pub fn fabricscope_snapshot() -> String {
    SNAPSHOT.with_borrow(|snapshot| snapshot.as_ref().map_or(String::new(), Snapshot::to_json))
}

/// The fragment of a link to what is shown, without `#`; empty before the first frame.
#[wasm_bindgen]
#[must_use]
pub fn fabricscope_link() -> String {
    SNAPSHOT.with_borrow(|snapshot| snapshot.as_ref().map_or(String::new(), Snapshot::link))
}

/// What a key press does: `use`, `pass`, `leave` or `leave-controls`, as [`keyboard::KeyUse`] says. `key` is the `key` of a
/// `KeyboardEvent`.
#[wasm_bindgen]
#[must_use]
pub fn fabricscope_key(key: &str, shift: bool, control: bool) -> String {
    keyboard::key_use(key, shift, control).as_str().to_owned()
}

fn push(command: PageCommand) {
    COMMANDS.with_borrow_mut(|commands| commands.push_back(command));
    wake();
}

fn parse_command(kind: &str, payload: &str) -> Result<PageCommand, String> {
    match kind {
        "link" => Ok(PageCommand::Link { id: None, link: payload.to_owned() }),
        "play" => Ok(PageCommand::Play),
        "pause" => Ok(PageCommand::Pause),
        "theme" => {
            ThemeKind::find(payload).map(PageCommand::Theme).ok_or_else(|| format!("theme: unknown theme `{payload}`"))
        }
        "leave-controls" => Ok(PageCommand::LeaveControls),
        "course" => Ok(PageCommand::Course),
        "talk" => SpeakerCommand::parse(payload).map(PageCommand::Talk).map_err(|problem| format!("talk: {problem}")),
        "wake" => Ok(PageCommand::Wake),
        "full-screen" => Ok(PageCommand::FullScreen(payload == "true")),
        "press" => match payload.parse() {
            Ok(control) => Ok(PageCommand::Press(control)),
            Err(_) => Err(format!("press: `{payload}` is not the number of a control")),
        },
        "seek" => match payload.parse::<f64>() {
            Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(PageCommand::Seek(Femtos::from_secs(seconds))),
            _ => Err(format!("seek: `{payload}` is not a time; use seconds, 0 or more")),
        },
        _ => Err(format!(
            "unknown command `{kind}`; accepted: link, play, pause, seek, theme, leave-controls, press, full-screen, course, talk, wake"
        )),
    }
}
