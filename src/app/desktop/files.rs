//! Files on the desktop: dialogs, dropped files, typed paths, and the clipboard.

use core::time::Duration;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use bevy::ecs::system::NonSendMarker;
use bevy::platform::cell::SyncCell;
use bevy::platform::time::Instant;
use bevy::prelude::*;
use bevy::tasks::{IoTaskPool, Task};
use bevy::window::{FileDragAndDrop, MonitorSelection, PrimaryWindow, WindowMode};
use bevy::winit::{EventLoopProxy, EventLoopProxyWrapper, WINIT_WINDOWS, WinitUserEvent};
use bevy_egui::EguiContexts;
use rfd::{AsyncFileDialog, FileHandle};

use super::drawing::Drawing;
use super::paths;
use super::perfetto::open_in_perfetto;
use super::save::{is_newer_version, save_and_report};
use super::speaker::SpeakerRequest;
use crate::app::schedule::FrameSystems;
use crate::app::state::{Effects, OpenSession, PendingIntents};
use crate::catalog::Catalog;
use crate::import::{ImportError, head_of_file, import_file};
use crate::nccl_log::{MAX_LOG_BYTES, decode_log};
use crate::scene::{Diagnostics, read_text};
use crate::session::{Effect, Intent, Opening, PathPurpose, import_diagnostics, opening};

/// A dialog that is gone sooner was never shown.
const SHORTEST_DIALOG: Duration = Duration::from_millis(700);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<FileTasks>()
        .add_systems(Update, (dropped, finished).in_set(FrameSystems::Input))
        .add_systems(Update, perform.in_set(FrameSystems::Publish));
}

/// Work on files beside the frames, so that neither a dialog nor a slow disk stops the clock.
#[derive(Resource)]
struct FileTasks {
    /// The dialog on the screen: one at a time. Dropping its task would cancel it.
    dialog: Option<Task<()>>,
    /// The film that is being drawn: it stops without this.
    film: Option<Arc<()>>,
    outcomes: Outcomes,
    received: SyncCell<Receiver<Intent>>,
}

/// Where tasks leave what is to be done next.
#[derive(Clone)]
struct Outcomes {
    sender: Sender<Intent>,
    /// `None` without a window.
    event_loop: Option<EventLoopProxy<WinitUserEvent>>,
}

impl Outcomes {
    /// Leaves an intent and has it looked at, even while no frames are drawn.
    fn push(&self, intent: Intent) {
        // Fails only when the app is ending, as below.
        if self.sender.send(intent).is_ok()
            && let Some(event_loop) = &self.event_loop
        {
            let _ = event_loop.send_event(WinitUserEvent::WakeUp);
        }
    }
}

impl FromWorld for FileTasks {
    fn from_world(world: &mut World) -> Self {
        let event_loop = world.get_resource::<EventLoopProxyWrapper>().map(|wrapper| (**wrapper).clone());
        let (sender, receiver) = channel();
        Self { dialog: None, film: None, outcomes: Outcomes { sender, event_loop }, received: SyncCell::new(receiver) }
    }
}

impl FileTasks {
    fn has_dialog(&self) -> bool {
        self.dialog.as_ref().is_some_and(|dialog| !dialog.is_finished())
    }

    /// Shows a dialog and works on what is chosen in it. The dialog before must have been closed.
    fn show(&mut self, dialog: impl Future<Output = Option<Intent>> + Send + 'static) {
        let outcomes = self.outcomes.clone();
        self.dialog = Some(IoTaskPool::get().spawn(async move {
            if let Some(intent) = dialog.await {
                outcomes.push(intent);
            }
        }));
    }

    /// Does something with the disk beside the frames: in a thread of its own, so that a disk that does not answer holds up
    /// nothing else.
    fn run(&self, work: impl FnOnce() -> Intent + Send + 'static) {
        let outcomes = self.outcomes.clone();
        std::thread::spawn(move || outcomes.push(work()));
    }

    /// Reads files, one after the other.
    fn read(&self, paths: Vec<PathBuf>) {
        let outcomes = self.outcomes.clone();
        std::thread::spawn(move || paths.iter().for_each(|path| outcomes.push(open_file(path))));
    }
}

/// Files that were dropped on the window are opened.
fn dropped(mut messages: MessageReader<FileDragAndDrop>, tasks: Res<FileTasks>) {
    let path = |message: &FileDragAndDrop| match message {
        FileDragAndDrop::DroppedFile { path_buf, .. } => Some(path_buf.clone()),
        FileDragAndDrop::HoveredFile { .. } | FileDragAndDrop::HoveredFileCanceled { .. } => None,
    };
    let paths: Vec<PathBuf> = messages.read().filter_map(path).collect();
    if !paths.is_empty() {
        tasks.read(paths);
    }
}

/// Queues the intents that tasks have sent.
fn finished(mut tasks: ResMut<FileTasks>, mut wanted: ResMut<PendingIntents>) {
    tasks.received.get().try_iter().for_each(|intent| wanted.push(intent));
}

/// The intent to open a file, or to show why it cannot be read.
fn open_file(path: &Path) -> Intent {
    // A pipe would wait for somebody who writes into it.
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        let name = path.display().to_string();
        let hint = Some("choose a scene, a log, or a file to import");
        return Intent::ShowDiagnostics(Diagnostics::whole(&name, "this is not a file", hint));
    }
    let head = head_of_file(path).unwrap_or_default();
    if opening(&head) == Opening::Import {
        return imported_file(path);
    }
    // Logs may be longer than scenes, and say in their own words what is wrong with them.
    let is_scene = path.extension().is_none_or(|extension| extension == "ron");
    let text = if is_scene { read_text(path) } else { read_log_text(path) };
    match text {
        Ok(text) => Intent::Load { name: path.display().to_string(), text },
        Err(faults) => Intent::ShowDiagnostics(faults),
    }
}

/// Imports a file, or tells why not.
fn imported_file(path: &Path) -> Intent {
    let refused = |error: &ImportError| Intent::ShowDiagnostics(import_diagnostics(&path.display().to_string(), error));
    match Catalog::bundled() {
        Ok(catalog) => match import_file(path, &catalog) {
            Ok(imported) => Intent::ShowImport(Box::new(imported)),
            Err(error) => refused(&error),
        },
        // The tests rule it out.
        Err(error) => Intent::ShowDiagnostics(Diagnostics::whole("catalog", error.to_string(), None)),
    }
}

/// Reads a log. Its text does not have to be UTF-8.
fn read_log_text(path: &Path) -> Result<String, Diagnostics> {
    let name = path.display().to_string();
    let refused = |problem: String, hint: &str| Diagnostics::whole(&name, problem, Some(hint));
    let size = std::fs::metadata(path).map(|file| file.len());
    let unreadable =
        |error: std::io::Error| refused(format!("cannot read the file: {error}"), "choose a readable file");
    let size = size.map_err(unreadable)?;
    if size > MAX_LOG_BYTES as u64 {
        return Err(refused(
            format!("file too large; the limit is {} MiB", MAX_LOG_BYTES >> 20),
            "keep the rows of one run",
        ));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    decode_log(&name, bytes).map_err(|error| refused(error.problem, &error.hint))
}

/// On the main thread: macOS opens dialogs nowhere else.
fn perform(
    _main_thread: NonSendMarker,
    mut effects: ResMut<Effects>,
    mut tasks: ResMut<FileTasks>,
    mut contexts: EguiContexts,
    (open, mut speaker): (Res<OpenSession>, ResMut<SpeakerRequest>),
    mut window: Option<Single<(Entity, &mut Window), With<PrimaryWindow>>>,
) -> Result {
    let over = window.as_deref().map(|(entity, _)| *entity);
    for effect in std::mem::take(&mut effects.0) {
        match effect {
            Effect::FullScreen | Effect::LeaveFullScreen => {
                if let Some((_, window)) = window.as_deref_mut() {
                    let enters = effect == Effect::FullScreen;
                    window.mode = if enters {
                        WindowMode::BorderlessFullscreen(MonitorSelection::Current)
                    } else {
                        WindowMode::Windowed
                    };
                }
            }
            Effect::OpenSpeaker => speaker.0 = Some(true),
            Effect::CloseSpeaker => speaker.0 = Some(false),
            Effect::Copy(text) => contexts.ctx_mut()?.copy_text(text),
            Effect::CopyLink(fragment) => contexts.ctx_mut()?.copy_text(format!("#{fragment}")),
            Effect::OpenFileDialog if !tasks.has_dialog() => {
                let field = Intent::ShowPathField(PathPurpose::Open, paths::proposed(&open.0.name, ""));
                if !paths::has_dialogs() {
                    tasks.outcomes.push(field);
                    continue;
                }
                let dialog = dialog_over(over).set_title("Open a scene, a log or a file to import");
                let chosen = dialog.add_filter("Scenes, logs and imports", &paths::OPENED).pick_file();
                tasks.show(after(chosen, field, open_file));
            }
            Effect::Save { name, content } if !tasks.has_dialog() => {
                let path = paths::proposed(&open.0.name, &name);
                let field = Intent::ShowPathField(PathPurpose::Save { content: content.clone() }, path);
                if !paths::has_dialogs() {
                    tasks.outcomes.push(field);
                    continue;
                }
                let ending = Path::new(&name).extension().and_then(|ending| ending.to_str()).unwrap_or("ron");
                let dialog = dialog_over(over).set_title("Save").set_file_name(&name);
                let chosen = dialog.add_filter(ending.to_uppercase(), &[ending]).save_file();
                tasks.show(after(chosen, field, move |path| save_and_report(path, content)));
            }
            // The dialog that is open comes first.
            Effect::OpenFileDialog | Effect::Save { .. } => {}
            Effect::DrawPicture { name, spec, scale } => {
                if let Some((_, window)) = window.as_deref() {
                    let outcomes = tasks.outcomes.clone();
                    let drawing = Drawing::new(&open.0, window, name, spec, scale);
                    // A picture does not stop a film.
                    tasks.film = drawing.stops().or(tasks.film.take());
                    drawing.start(move |intent| outcomes.push(intent));
                }
            }
            Effect::StopFilm => tasks.film = None,
            Effect::OpenInPerfetto { name, trace, .. } => tasks.run(move || open_in_perfetto(&name, &trace)),
            Effect::CompletePath { path, purpose } => tasks.run(move || {
                let completions = paths::completions(&path, &purpose);
                Intent::ShowCompletions { path, completions }
            }),
            Effect::OpenFile(path) => tasks.run(move || open_file(&paths::typed(&path))),
            Effect::SaveFile { path, content, replace } => tasks.run(move || {
                let file = paths::typed(&path);
                if file.exists() && !replace && !is_newer_version(&file, &content) {
                    Intent::RequireConfirmation(path)
                } else {
                    save_and_report(&file, content)
                }
            }),
        }
    }
    Ok(())
}

/// What follows a dialog: the work on the chosen path, `field` if the dialog could not be shown, or nothing if it was
/// closed.
async fn after(
    dialog: impl Future<Output = Option<FileHandle>>,
    field: Intent,
    work: impl FnOnce(&Path) -> Intent,
) -> Option<Intent> {
    let shown = Instant::now();
    match dialog.await {
        Some(file) => Some(work(file.path())),
        // The dialog does not say whether it failed. Nobody closes one that fast.
        None => (shown.elapsed() < SHORTEST_DIALOG).then_some(field),
    }
}

/// A dialog that stays over the window, so that it cannot hide behind one that fills the screen.
fn dialog_over(window: Option<Entity>) -> AsyncFileDialog {
    let dialog = AsyncFileDialog::new();
    WINIT_WINDOWS.with_borrow(|windows| match window.and_then(|window| windows.get_window(window)) {
        Some(parent) => dialog.set_parent(&**parent),
        None => dialog,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The part of the plugin that needs no window.
    fn app() -> App {
        let mut app = App::new();
        app.add_plugins(MinimalPlugins)
            .add_message::<FileDragAndDrop>()
            .init_resource::<FileTasks>()
            .add_systems(Update, dropped);
        app
    }

    fn outcome(app: &mut App) -> Intent {
        let mut tasks = app.world_mut().resource_mut::<FileTasks>();
        tasks.received.get().recv_timeout(Duration::from_secs(60)).expect("an outcome")
    }

    #[test]
    fn a_dropped_file_is_read_by_a_task() {
        let mut app = app();
        let path_buf = PathBuf::from("scenes/rack.ron");
        app.world_mut().write_message(FileDragAndDrop::DroppedFile { window: Entity::PLACEHOLDER, path_buf });
        app.update();
        let Intent::Load { name, text } = outcome(&mut app) else { panic!("the scene is refused") };
        assert_eq!(name, "scenes/rack.ron");
        assert!(text.contains("version"));
    }

    #[test]
    fn one_dialog_is_open_until_something_is_chosen_in_it() {
        let mut app = app();
        let (choose, chosen) = channel();
        let mut tasks = app.world_mut().resource_mut::<FileTasks>();
        assert!(!tasks.has_dialog());
        tasks.show(async move { chosen.recv().ok().map(|path: PathBuf| open_file(&path)) });
        assert!(tasks.has_dialog());
        choose.send(PathBuf::from("scenes/none.ron")).expect("the dialog is open");
        assert!(matches!(outcome(&mut app), Intent::ShowDiagnostics(_)));
        while app.world().resource::<FileTasks>().has_dialog() {
            std::thread::yield_now();
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert!(matches!(open_file(Path::new("scenes")), Intent::ShowDiagnostics(_)));
        assert!(matches!(open_file(Path::new("scenes/rack.ron")), Intent::Load { .. }));
    }
}
