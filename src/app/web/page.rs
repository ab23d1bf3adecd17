//! The program in the browser: the page's commands become intents, and its state is published ([`bridge`]).

use bevy::diagnostic::FrameCount;
use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy::winit::{EventLoopProxyWrapper, WinitUserEvent};
use bevy_egui::egui::accesskit::{Action, ActionRequest, NodeId, TreeId};
use bevy_egui::{EguiContexts, EguiInput, egui};

use super::answers::{self, Answers};
use super::bridge::{self, PageCommand};
use super::host::{self, StartOptions};
use super::keyboard::{self, KeyboardState};
use super::recorder::{self, Recorder};
use super::{mirror, talk};
use crate::app::camera::MainCamera;
use crate::app::draw_cost::{DrawCost, packets};
use crate::app::graphics_errors::GraphicsFailure;
use crate::app::schedule::FrameSystems;
use crate::app::state::{Effects, Hidden, OpenSession, PendingIntents, Views};
use crate::app::{keys, program, window};
use crate::lesson::Progress;
use crate::session::{
    Done, Effect, FileContent, Intent, LessonIntent, Link, PageState, PictureKind, QueryError, Session, SessionError,
    Snapshot, StoryIntent,
};
use crate::style::ThemeKind;
use crate::ui::{self, KeyAction, KeyContext, Summary};
use crate::units::{Femtos, quoted};

/// Takes the page's canvas and runs until the page is closed.
pub fn run() {
    let options = host::start_options();
    let session = match first_session(&options) {
        Ok(session) => session,
        Err(error) => return host::stopped(&error.to_string()),
    };
    let result = window::run_window(|app| {
        bridge::install_panic_hook();
        bridge::set_validator(|name, text| {
            let found =
                if bridge::is_lone_link(text) { Session::validate_link(text) } else { Session::validate(name, text) };
            found.map_err(|error| error.to_string())
        });
        bridge::set_importer(|name, bytes| Session::import(name, bytes).map_err(|error| error.to_string()));
        if let Some(proxy) = app.world().get_resource::<EventLoopProxyWrapper>() {
            let proxy = (**proxy).clone();
            bridge::set_waker(move || {
                // The loop is gone only when the page is closing.
                let _ = proxy.send_event(WinitUserEvent::WakeUp);
            });
        }
        // The canvas is made later, and takes the focus if its window has it.
        let mut windows = app.world_mut().query::<&mut Window>();
        for mut window in windows.iter_mut(app.world_mut()) {
            window.focused = options.focus;
        }
        program::plugin(session)(app);
        app.add_plugins((keys::plugin, mirror::plugin, answers::plugin, recorder::plugin, talk::plugin))
            .init_resource::<Loading>()
            .add_systems(Update, (hide, commands).chain().in_set(FrameSystems::Input))
            .add_systems(Update, perform.in_set(FrameSystems::Publish))
            .add_systems(
                Update,
                (publish, keep_progress).after(perform).run_if(recorder::is_idle).in_set(FrameSystems::Publish),
            )
            .add_systems(Last, (first_frame, describe.run_if(recorder::is_idle), keyboard_state, failure, ended));
    });
    if let Err(error) = result {
        host::stopped(&error.to_string());
    }
}

/// The stored session, the one of the address, or the first look.
fn first_session(options: &StartOptions) -> Result<Session, SessionError> {
    let resumed = options.resume.as_deref().map(Session::resume);
    let resumed = resumed.and_then(|resumed| {
        resumed.inspect_err(|error| host::notice("The scene of the last visit is lost", &error.to_string())).ok()
    });
    let plays = resumed.as_ref().is_some_and(|session| session.clock.playing);
    let linked = || {
        let linked = options.link.as_deref().filter(|link| Link::is_link(link)).map(Session::from_link)?;
        linked.inspect_err(|error| host::notice("The link does not lead to a scene", &error.to_string())).ok()
    };
    let mut session = resumed.or_else(linked).map_or_else(Session::first_look, Ok)?;
    if options.reduce_motion {
        session.apply(Intent::ReduceMotion(true));
        // A session that was playing before the reload was started by the user.
        session.clock.playing = plays;
    }
    if options.resume.is_none() {
        apply_options(&mut session, options);
    }
    session.theme = ThemeKind::find(&options.theme).unwrap_or_default();
    if options.first_start {
        session.begin_first_start();
    }
    if let Some(progress) = host::stored_progress().and_then(|text| Progress::read(&text).ok()) {
        session.progress = progress;
    }
    if options.video {
        session.film_kinds.insert(0, PictureKind::WebM);
    }
    session.page_address = host::address("").trim_end_matches('#').to_owned();
    session.solve_in_background();
    Ok(session)
}

/// Applies the query of the page's address to a session that was not stored before. A link to a step or a beat goes before
/// the query.
fn apply_options(session: &mut Session, options: &StartOptions) {
    let is_linked = session.story.is_some() || session.lesson.is_some();
    if let Some(story) = options.story.as_ref().filter(|_| !is_linked) {
        session.apply(Intent::Story(StoryIntent::Open(story.clone())));
        if session.story.is_none() {
            session.apply(Intent::Lesson(LessonIntent::Open(story.clone())));
        }
        if session.story.is_none() && session.lesson.is_none() {
            host::notice("The address names no story or lesson", &format!("story={}", quoted(story)));
        }
    }
    if options.hide_panels {
        session.panels = false;
    }
    if options.paused {
        session.clock.playing = false;
    }
}

/// The change of the scene that is being solved.
#[derive(Resource, Default)]
struct Loading(Option<Change>);

/// A change of the scene that the page requested.
struct Change {
    /// The number of the request, if the page waits for an answer.
    id: Option<u32>,
    /// The revision that it must leave; if it does not, it was cancelled.
    leaves: Option<u64>,
}

/// Nothing moves while nobody can see it.
fn hide(mut hidden: ResMut<Hidden>, mut window: Single<&mut Window>) {
    hidden.set_if_neq(Hidden(host::is_hidden()));
    // A window that is not visible is updated at once by a command. Otherwise it would wait for the browser to draw, and
    // the browser draws nothing that is hidden.
    if window.visible == hidden.0 {
        window.visible = !hidden.0;
    }
}

fn commands(
    mut pending: ResMut<PendingIntents>,
    mut loading: ResMut<Loading>,
    mut answers: ResMut<Answers>,
    mut recorder: ResMut<Recorder>,
    open: Res<OpenSession>,
    mut contexts: EguiContexts,
    mut input: Single<&mut EguiInput, With<MainCamera>>,
    mut redraw: MessageWriter<RequestRedraw>,
) -> Result {
    // What follows a load is for the scene that it opens, which may take several frames.
    if loading.0.is_some() || recorder.is_busy() {
        redraw.write(RequestRedraw);
        bridge::wake();
        return Ok(());
    }
    let (taken, more) = bridge::take_commands();
    for command in taken {
        match command {
            PageCommand::Load { id, name, text } => {
                loading.0 = Some(Change { id: Some(id), leaves: None });
                pending.push(Intent::Load { name, text });
            }
            PageCommand::Import { id, imported } => {
                loading.0 = Some(Change { id: Some(id), leaves: None });
                pending.push(Intent::ShowImport(imported));
            }
            // Other fragments name no scene.
            PageCommand::Link { id, link } if Link::is_link(&link) => {
                loading.0 = Some(Change { id, leaves: None });
                pending.push(Intent::OpenLink(link));
            }
            PageCommand::Set { id, setting } => match open.0.check_settings(std::slice::from_ref(&setting)) {
                Ok(changes) => {
                    loading.0 = Some(Change { id: Some(id), leaves: changes.then_some(open.0.revision) });
                    pending.push(Intent::Set(vec![setting]));
                }
                Err(error) => host::answered(id, Err(error)),
            },
            PageCommand::Picture { id, spec } => {
                let name = open.0.picture_name(spec.kind);
                recorder.order(Some(id), name, spec, 1);
                redraw.write(RequestRedraw);
                bridge::wake();
            }
            PageCommand::Query { id, query } => answers.start(id, &open.0, &query),
            PageCommand::Play => pending.push(Intent::Play),
            PageCommand::Pause => pending.push(Intent::Pause),
            PageCommand::Seek(at) => pending.push(Intent::Seek(at)),
            PageCommand::Theme(theme) if theme != open.0.theme => pending.push(Intent::SetTheme(theme)),
            PageCommand::LeaveControls => {
                contexts.ctx_mut()?.memory_mut(|memory| {
                    if let Some(control) = memory.focused() {
                        memory.surrender_focus(control);
                    }
                });
            }
            PageCommand::Talk(command) => pending.push(command.intent(&open.0)),
            PageCommand::Course => pending.push(Intent::Lesson(LessonIntent::ToggleCourse)),
            PageCommand::FullScreen(full_screen) => pending.push(Intent::NoteFullScreen(full_screen)),
            PageCommand::Press(control) => {
                input.events.push(egui::Event::AccessKitActionRequest(ActionRequest {
                    action: Action::Click,
                    target_tree: TreeId::ROOT,
                    target_node: NodeId(control),
                    data: None,
                }));
                redraw.write(RequestRedraw);
            }
            PageCommand::Link { .. } | PageCommand::Theme(_) | PageCommand::Wake => {}
        }
    }
    if more {
        redraw.write(RequestRedraw);
        bridge::wake();
    }
    Ok(())
}

fn perform(
    mut effects: ResMut<Effects>,
    mut recorder: ResMut<Recorder>,
    mut contexts: EguiContexts,
    mut redraw: MessageWriter<RequestRedraw>,
    mut pending: ResMut<PendingIntents>,
) -> Result {
    for effect in std::mem::take(&mut effects.0) {
        match effect {
            Effect::Copy(text) => contexts.ctx_mut()?.copy_text(text),
            Effect::CopyLink(fragment) => contexts.ctx_mut()?.copy_text(host::address(&fragment)),
            Effect::OpenFileDialog => host::pick_file(),
            Effect::OpenSpeaker => host::open_speaker(),
            Effect::CloseSpeaker => host::close_speaker(),
            Effect::FullScreen => host::full_screen(true),
            Effect::LeaveFullScreen => host::full_screen(false),
            Effect::Save { name, content } => {
                let text = String::from_utf8_lossy(content.as_bytes()).into_owned();
                host::save_file(&name, &text);
                // A browser does not say whether a download was kept.
                if let FileContent::Own { kind, .. } = content {
                    pending.push(Intent::ReportDone(Done::SavedOwn { kind, path: name, text }));
                }
            }
            Effect::DrawPicture { name, spec, scale } => {
                recorder.order(None, name, spec, scale.factor());
                redraw.write(RequestRedraw);
            }
            Effect::OpenInPerfetto { title, trace, .. } => host::perfetto(&title, &trace),
            // Paths are asked for only on the desktop; a film is stopped by the page.
            Effect::StopFilm | Effect::CompletePath { .. } | Effect::OpenFile(_) | Effect::SaveFile { .. } => {}
        }
    }
    Ok(())
}

/// Publishes the JSON of `run --json` with the clock and the cost of drawing, and what a reload continues with.
fn publish(
    open: Res<OpenSession>,
    views: Res<Views>,
    cost: Res<DrawCost>,
    mut loading: ResMut<Loading>,
    mut state: Local<PageState>,
    mut drawing: Local<(u32, String)>,
    mut told: Local<Option<(Femtos, Femtos, bool, u64)>>,
) {
    let session = &open.0;
    // Medians change slowly: one frame in 30 is enough.
    if drawing.0 == 0 {
        *drawing = (30, serde_json::to_string(&cost.report(packets(&views))).unwrap_or_default());
    }
    drawing.0 -= 1;
    bridge::publish_state(state.json(session, &drawing.1));
    bridge::update_snapshot(|snapshot| match snapshot {
        Some(snapshot) => snapshot.update(session),
        None => *snapshot = Some(Snapshot::new(session)),
    });
    if session.solve_progress().is_none()
        && let Some(Change { id, leaves }) = loading.0.take()
        && let Some(id) = id
    {
        let answer = match &session.diagnostics {
            Some(found) => Err(QueryError::Rejected(found.to_string())),
            None if leaves == Some(session.revision) => Err(QueryError::Cancelled),
            None => Ok("null".to_owned()),
        };
        host::answered(id, answer);
    }
    let clock = &session.clock;
    let now = Some((clock.at, clock.duration, clock.playing, session.revision));
    if *told != now {
        *told = now;
        host::changed(clock, session.revision);
    }
}

/// Stores the progress of the learner when it has changed. A stored one that this version does not read is not replaced.
/// The first failure is shown.
fn keep_progress(open: Res<OpenSession>, mut kept: Local<Option<Progress>>, mut told: Local<bool>) {
    let progress = &open.0.progress;
    if kept.get_or_insert_with(|| progress.clone()) == progress {
        return;
    }
    *kept = Some(progress.clone());
    let problem = match progress.beside(host::stored_progress().as_deref()) {
        Ok(all) if host::store_progress(&all) => return,
        Ok(_) => "This page has no storage.".to_owned(),
        Err(problem) => format!("The stored progress stays as it is: {problem}."),
    };
    if !std::mem::replace(&mut *told, true) {
        let details = format!("{problem} Save your results to a file before you leave.");
        host::notice("Progress is not kept", &details);
    }
}

/// Reports the third frame, which is the first one with quads, text and heat maps.
fn first_frame(frames: Res<FrameCount>, views: Res<Views>, mut reported: Local<bool>) {
    if !*reported && frames.0 >= 3 && !views.views.is_empty() {
        *reported = true;
        host::first_frame();
    }
}

/// Tells the page in words what the canvas shows, and which theme it has.
fn describe(
    open: Res<OpenSession>,
    views: Res<Views>,
    mut told: Local<Option<Summary>>,
    mut shown_theme: Local<Option<ThemeKind>>,
) {
    let session = &open.0;
    let summary = ui::summary(session, &views.frames);
    if told.as_ref() != Some(&summary) {
        host::describe(&summary.results.join("\n"), &summary.status);
        *told = Some(summary);
    }
    // The first theme is the page's own.
    if shown_theme.replace(session.theme).is_some_and(|shown| shown != session.theme) {
        host::theme(session.theme.id());
    }
}

/// Stores what the next key means.
fn keyboard_state(open: Res<OpenSession>, views: Res<Views>, mut contexts: EguiContexts) -> Result {
    let context = contexts.ctx_mut()?;
    let tab = ui::tab_place(context);
    let keys = KeyContext { session: &open.0, views: &views.views, frames: &views.frames };
    // The browser itself leaves full screen.
    let closes = KeyAction::Close.intents(&keys).iter().any(|intent| *intent != Intent::LeaveFullScreen);
    let escape_closes = tab.in_control || egui::Popup::is_any_open(context) || closes;
    keyboard::set_state(KeyboardState { tab, escape_closes, presents: open.0.story.is_some() });
    Ok(())
}

fn failure(failure: Res<GraphicsFailure>, mut reported: Local<bool>) {
    if let (Some(message), false) = (&failure.message, *reported) {
        *reported = true;
        host::stopped(message);
    }
}

fn ended(mut exits: MessageReader<AppExit>) {
    if exits.read().last().is_some() {
        host::stopped("The program has ended.");
    }
}
