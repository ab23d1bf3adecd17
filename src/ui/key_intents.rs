//! What an action of the key table asks of the session.

use super::key_action::{KeyAction, PanDirection};
use super::key_table::shortcut_for;
use super::keys::{Key, KeyPress, Modifier};
use super::lesson_keys::{go_on, lesson_action};
use super::presenter_keys::presenter_action;
use crate::explain::glossary::Term;
use crate::sample::{FabricFrame, FabricView};
use crate::scene::ClockMode;
use crate::session::{
    BlankScreen, EditorIntent, Intent, LessonIntent, PollIntent, Session, StoryIntent, TalkPart, go_to_bottleneck,
};
use crate::units::Femtos;

/// One step of the playback speed.
const SPEED_STEP: f64 = 1.5;
/// One step of the camera's scale.
const ZOOM_STEP: f32 = 1.5;
/// One step of the interface's size.
const INTERFACE_STEP: f32 = 1.1;
/// How far the camera pans, as a share of the picture.
const PAN_STEP: f32 = 0.25;

/// What an action depends on.
#[derive(Clone, Copy)]
pub struct KeyContext<'a> {
    /// Scene, runs, clock.
    pub session: &'a Session,
    /// The prepared view of each run; empty before the stage has a size.
    pub views: &'a [FabricView],
    /// Each run at the current instant.
    pub frames: &'a [FabricFrame],
}

impl KeyAction {
    /// The intents of an action now; none if it does not apply, such as a fabric that does not exist.
    pub fn intents(self, context: &KeyContext) -> Vec<Intent> {
        // Whatever is pressed first, the picture comes back; nothing changes in the dark.
        if let Some(screen) = context.session.blank {
            return vec![Intent::ToggleBlank(screen)];
        }
        // Any key ends the first start and does nothing else.
        if context.session.first_start.is_some() {
            return vec![Intent::EndFirstStart];
        }
        if self == KeyAction::GoToBottleneck {
            return bottleneck_intents(context);
        }
        if self == KeyAction::Present {
            return present_intents(context.session);
        }
        self.intent(context.session).into_iter().collect()
    }

    fn intent(self, session: &Session) -> Option<Intent> {
        let clock = &session.clock;
        Some(match self {
            KeyAction::TogglePlay => Intent::TogglePlay,
            KeyAction::NextEvent => Intent::Step(true),
            KeyAction::PreviousEvent => Intent::Step(false),
            KeyAction::GoToStart => Intent::Seek(Femtos(0)),
            KeyAction::GoToEnd => Intent::Seek(clock.duration),
            KeyAction::Faster => Intent::SetSpeed(Some(clock.speed() * SPEED_STEP)),
            KeyAction::Slower => Intent::SetSpeed(Some(clock.speed() / SPEED_STEP)),
            KeyAction::AutomaticSpeed => Intent::SetSpeed(None),
            KeyAction::PlayBackwards => Intent::PlayBackwards,
            KeyAction::PlayForwards => Intent::Play,
            KeyAction::StartLoop => {
                Intent::SetLoop(Some((clock.at, clock.looped.map_or(clock.duration, |(_, end)| end))))
            }
            KeyAction::EndLoop => Intent::SetLoop(Some((clock.looped.map_or(Femtos(0), |(start, _)| start), clock.at))),
            KeyAction::ClearLoop => Intent::SetLoop(None),
            KeyAction::ToggleClock => Intent::SetClockMode(match clock.mode {
                ClockMode::Same => ClockMode::Normalised,
                ClockMode::Normalised => ClockMode::Same,
            }),
            KeyAction::ZoomIn => Intent::ZoomCamera(ZOOM_STEP),
            KeyAction::ZoomOut => Intent::ZoomCamera(1.0 / ZOOM_STEP),
            KeyAction::WholeFabric => Intent::ShowWholeFabric,
            KeyAction::Pan(direction) => Intent::PanCamera(pan(direction)),
            KeyAction::ActivateFabric(fabric) => {
                return (usize::from(fabric) < session.runs.len()).then_some(Intent::Activate(usize::from(fabric)));
            }
            KeyAction::ToggleMatrix => Intent::ShowMatrix(!session.view.matrix),
            KeyAction::ToggleAccumulated => Intent::Accumulate(!session.view.accumulated),
            KeyAction::ToggleCriticalPath => Intent::ShowPath(!session.view.path),
            KeyAction::ToggleReducedMotion => Intent::ReduceMotion(!session.view.reduced_motion),
            KeyAction::Undo => Intent::Undo,
            KeyAction::Redo => Intent::Redo,
            KeyAction::TogglePanels => Intent::TogglePanels,
            KeyAction::ToggleSweep => Intent::ToggleSweep,
            KeyAction::ToggleScenes => Intent::ToggleScenes,
            KeyAction::OpenFile => Intent::OpenDialog,
            KeyAction::SaveScene => Intent::SaveScene,
            KeyAction::ResetScene => Intent::Reset,
            KeyAction::ToggleTheme => Intent::ToggleTheme,
            KeyAction::ToggleFullScreen => Intent::ToggleFullScreen,
            KeyAction::LargerInterface => Intent::SetInterfaceScale(session.zoom * INTERFACE_STEP),
            KeyAction::SmallerInterface => Intent::SetInterfaceScale(session.zoom / INTERFACE_STEP),
            KeyAction::DesignedSize => Intent::SetInterfaceScale(1.0),
            KeyAction::ToggleBlank => Intent::ToggleBlank(BlankScreen::Black),
            KeyAction::ToggleWhite => Intent::ToggleBlank(BlankScreen::White),
            KeyAction::TogglePalette => Intent::TogglePalette,
            KeyAction::CopyScene => Intent::CopyScene,
            KeyAction::CopyLink => Intent::CopyLink,
            KeyAction::ToggleParameters => Intent::ToggleParameters,
            KeyAction::ToggleExports => Intent::ToggleExports,
            // On the desktop a link has no address that a phone could open.
            KeyAction::CopyEmbedCode => return session.has_page_address().then_some(Intent::CopyEmbedCode),
            KeyAction::ToggleQrCode => return session.has_page_address().then_some(Intent::ToggleQrCode),
            KeyAction::ClearComparison => {
                return session.undo.before(0).is_some().then_some(Intent::ClearComparison);
            }
            KeyAction::ShowSources => Intent::ShowSources(Some(session.view.active)),
            KeyAction::ToggleGlossary => Intent::ShowGlossary(session.glossary.is_none().then_some(Term::AllReduce)),
            KeyAction::ToggleHelp => Intent::ToggleHelp,
            KeyAction::SaveBeat => Intent::Story(StoryIntent::SaveBeat),
            KeyAction::Choose(place) => Intent::Lesson(LessonIntent::Choose(usize::from(place))),
            KeyAction::GoOn => return go_on(session),
            KeyAction::SaveStep => Intent::Editor(EditorIntent::SaveStep),
            KeyAction::NextBeat => Intent::Story(StoryIntent::Next),
            KeyAction::PreviousBeat => Intent::Story(StoryIntent::Previous),
            KeyAction::FirstBeat => Intent::Story(StoryIntent::GoTo(0)),
            KeyAction::LastBeat => Intent::Story(StoryIntent::GoToLast),
            KeyAction::PlayBeat => Intent::Story(StoryIntent::PlayAgain),
            KeyAction::BackToBeat => Intent::Story(StoryIntent::BackToBeat),
            KeyAction::BeatDigit(digit) => Intent::Story(StoryIntent::TypeDigit(digit)),
            KeyAction::GoToTypedBeat => Intent::Story(StoryIntent::GoToTyped),
            KeyAction::ToggleNotes => Intent::Story(StoryIntent::Toggle(TalkPart::Notes)),
            KeyAction::ToggleCaption => Intent::Story(StoryIntent::Toggle(TalkPart::Caption)),
            KeyAction::ToggleSpotlight => Intent::Story(StoryIntent::Toggle(TalkPart::Spotlight)),
            KeyAction::ToggleDot => Intent::Story(StoryIntent::Toggle(TalkPart::Dot)),
            KeyAction::ToggleOverview => Intent::Story(StoryIntent::Toggle(TalkPart::Overview)),
            KeyAction::ToggleSpeaker => Intent::Story(StoryIntent::ToggleSpeaker),
            KeyAction::Close => close(session),
            // More than one intent.
            KeyAction::GoToBottleneck | KeyAction::Present => return None,
        })
    }
}

fn pan(direction: PanDirection) -> glam::Vec2 {
    match direction {
        PanDirection::Left => glam::vec2(-PAN_STEP, 0.0),
        PanDirection::Right => glam::vec2(PAN_STEP, 0.0),
        PanDirection::Up => glam::vec2(0.0, -PAN_STEP),
        PanDirection::Down => glam::vec2(0.0, PAN_STEP),
    }
}

/// The action of a key press now. While a story is presented or a lesson is open, its keys come first. In full screen, `B` makes the screen black, as clickers have it.
pub fn action_for(press: KeyPress, session: &Session) -> Option<KeyAction> {
    if session.story.is_some() {
        return presenter_action(press);
    }
    // Where somebody types, letters are not shortcuts, even between two fields or after a rejected value.
    let types = matches!(press.key, Key::Character(_) | Key::Space | Key::Backspace)
        && matches!(press.modifier, Modifier::None | Modifier::Shift);
    let for_texts = session.diagnostics.is_some() || session.editor.is_some() || session.path_field.is_some();
    if for_texts && session.blank.is_none() && types {
        return None;
    }
    if let Some(action) = session.lesson.as_ref().and_then(|open| lesson_action(press, open)) {
        return Some(action);
    }
    let action = shortcut_for(press)?.action;
    // A class sees the question only: keys do nothing behind it.
    if session.lesson.as_ref().is_some_and(|open| open.shows_poll) {
        return Some(action).filter(|action| matches!(action, KeyAction::Close | KeyAction::ToggleFullScreen));
    }
    // A screen goes black before an audience only: in full screen, or without panels.
    let for_audience = session.full_screen || !session.panels || session.blank.is_some();
    if action == KeyAction::GoToBottleneck && (session.full_screen || session.blank.is_some()) {
        return Some(KeyAction::ToggleBlank);
    }
    Some(action).filter(|action| *action != KeyAction::ToggleBlank || for_audience)
}

fn present_intents(session: &Session) -> Vec<Intent> {
    let enter = (!session.full_screen).then_some(Intent::ToggleFullScreen);
    let hide = session.panels.then_some(Intent::TogglePanels);
    enter.into_iter().chain(hide).chain([Intent::Pause, Intent::Seek(Femtos(0))]).collect()
}

/// What presents after the first start, which has shown the panels.
pub(super) fn present_after_first_start(session: &Session) -> Vec<Intent> {
    let enter = (!session.full_screen).then_some(Intent::ToggleFullScreen);
    enter.into_iter().chain([Intent::TogglePanels, Intent::Pause, Intent::Seek(Femtos(0))]).collect()
}

fn bottleneck_intents(context: &KeyContext) -> Vec<Intent> {
    let fabric = context.session.view.active;
    let run = context.session.runs.get(fabric);
    let (Some(run), Some(view), Some(frame)) = (run, context.views.get(fabric), context.frames.get(fabric)) else {
        return Vec::new();
    };
    go_to_bottleneck(run, (view, &context.session.view), frame, fabric)
}

/// Closes the window on top, else clears the selection, else leaves full screen, else closes the sweep or the log.
fn close(session: &Session) -> Intent {
    if session.diagnostics.is_some() {
        Intent::DismissDiagnostics
    } else if session.path_field.is_some() {
        Intent::ClosePath
    } else if session.palette_open {
        Intent::TogglePalette
    } else if session.help {
        Intent::ToggleHelp
    } else if session.glossary.is_some() {
        Intent::ShowGlossary(None)
    } else if session.sources.is_some() {
        Intent::ShowSources(None)
    } else if session.qr_link.is_some() {
        Intent::ToggleQrCode
    } else if session.import.is_some() {
        Intent::CloseImport
    } else if session.exports.is_some() {
        Intent::ToggleExports
    } else if session.lesson.as_ref().is_some_and(|open| open.shows_poll) {
        Intent::Lesson(LessonIntent::Poll(PollIntent::Toggle))
    } else if session.editor.is_some() {
        Intent::Editor(EditorIntent::Close)
    } else if session.course {
        Intent::Lesson(LessonIntent::ToggleCourse)
    } else if session.scenes {
        Intent::ToggleScenes
    } else if session.parameters {
        Intent::ToggleParameters
    } else if session.story.as_ref().is_some_and(|open| open.overview) {
        Intent::Story(StoryIntent::Toggle(TalkPart::Overview))
    } else if session.view.selection.is_some() {
        Intent::Select(None)
    } else if session.story.is_some() {
        Intent::Story(StoryIntent::Leave)
    } else if session.call_stage().is_some() {
        Intent::LeaveCall
    } else if session.full_screen {
        // Panels stay, whatever the screen shows.
        Intent::LeaveFullScreen
    } else if session.sweep_job.is_some() {
        Intent::ToggleSweep
    } else if session.log.is_some() {
        Intent::CloseLog
    } else {
        Intent::LeaveFullScreen
    }
}
