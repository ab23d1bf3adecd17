//! The session: the open scene, its runs, the clock and the view state. [`Session::apply`] changes them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::blank_screen::BlankScreen;
use super::call_stage::CallStage;
use super::change::{Changes, Outcome};
use super::clock::Clock;
use super::first_start::FirstStart;
use super::link_error::LinkError;
use super::log_stage::LogStage;
use super::open_editor::{OpenEditor, OwnKind, SavedAs};
use super::open_exports::OpenExports;
use super::open_import::{OpenImport, Opening, import_diagnostics, import_text, opening};
use super::open_lesson::OpenLesson;
use super::open_log::{OpenLog, is_log, log_diagnostics};
use super::open_story::{OpenStory, is_story};
use super::path_field::{DoneMessage, PathField};
use super::picture::PictureKind;
use super::query_export::Exporting;
use super::run_clock::RunClock;
use super::shown_lesson::is_lesson;
use super::stored_talk::StoredTalk;
use super::sweep_job::SweepJob;
use super::undo::UndoStack;
use crate::catalog::{Catalog, CatalogError};
use crate::explain::ConditionFigure;
use crate::explain::glossary::Term;
use crate::import::{Imported, import};
use crate::lesson::{Course, LessonFile, Progress, StoryFile, is_texts, read_lesson, read_story, read_texts};
use crate::nccl_log::read_log;
use crate::report::Report;
use crate::scene::{Diagnostics, Scene, SceneDocument, SceneFile, first_look, parse_scene};
use crate::solve::{FabricRun, SceneSolver, SolvedFabrics};
use crate::stage::{StageCamera, ViewState};
use crate::style::{Palette, Theme, ThemeKind};
use crate::training::TrainingResults;
use crate::units::Femtos;

/// The state that panels read.
#[derive(Clone, Debug)]
pub struct Session {
    /// Shared with the jobs that solve changes.
    pub(super) catalog: Arc<Catalog>,
    /// The scene that `runs` belong to. Later changes may be on their way ([`Session::latest`]).
    pub document: SceneDocument,
    /// The scene as it was opened, or saved last, for [`Session::is_changed`] and reset.
    pub(super) opened: Arc<SceneDocument>,
    /// Name or path of the scene.
    pub name: String,
    /// The runs of the scene, one per fabric.
    pub runs: Vec<FabricRun>,
    /// The verdict on the scene's claim, sentence by sentence; `None` if the scene makes no claim.
    pub verdict: Option<Vec<String>>,
    /// The conditions of the claim with their figures.
    pub conditions: Vec<ConditionFigure>,
    /// The training run, if that is the workload: then `runs` are a part of it for the picture.
    pub training: Option<Arc<TrainingResults>>,
    /// Instant and window of the training run.
    pub run_clock: RunClock,
    /// Counts changes of `runs`, so that others know when to prepare again.
    pub revision: u64,
    /// The clock.
    pub clock: Clock,
    /// Why the last scene or change was rejected. The open scene is unchanged.
    pub diagnostics: Option<Diagnostics>,
    /// The open field for a path.
    pub path_field: Option<PathField>,
    /// What was saved or copied last, until the message is dismissed.
    pub done: Option<DoneMessage>,
    /// Whether both side panels are visible.
    pub panels: bool,
    /// Whether the help is visible.
    pub help: bool,
    /// Whether the parameters are visible in a window, where side panels have no room.
    pub parameters: bool,
    /// Whether the scene menu is visible.
    pub scenes: bool,
    /// Whether the command palette is visible.
    pub palette_open: bool,
    /// Whether the window fills the screen.
    pub full_screen: bool,
    /// The screen without a picture, for a pause of a talk.
    pub blank: Option<BlankScreen>,
    /// The theme.
    pub theme: ThemeKind,
    /// The palette of heat.
    pub palette: Palette,
    /// Scale of the interface; 1 is the designed size.
    pub zoom: f32,
    /// The open log of nccl-tests.
    pub log: Option<OpenLog>,
    /// The report of the imported file, while it is visible.
    pub import: Option<OpenImport>,
    /// The films that can be made here: a page asks its browser.
    pub film_kinds: Vec<PictureKind>,
    /// The window of exports, while it is visible.
    pub exports: Option<OpenExports>,
    /// An export that solves the sizes of its table or curve first.
    pub(super) export_job: Option<Box<Exporting>>,
    /// The fabric whose sources are visible.
    pub sources: Option<usize>,
    /// The address of the page without its fragment; empty in a window.
    pub page_address: String,
    /// The link of the QR code that is visible, as it was when it was opened.
    pub qr_link: Option<String>,
    /// The first start of the program, while it lasts.
    pub first_start: Option<FirstStart>,
    /// The term at which the glossary is open.
    pub glossary: Option<Term>,
    /// What the stage shows.
    pub view: ViewState,
    /// Earlier versions of the scene.
    pub undo: UndoStack,
    /// The open sweep.
    pub sweep_job: Option<SweepJob>,
    /// Whether the list of lessons is visible.
    pub course: bool,
    /// Lessons, stories and beliefs, in the language of the user.
    pub files: Arc<Course>,
    /// The open lesson.
    pub lesson: Option<OpenLesson>,
    /// The open story.
    pub story: Option<OpenStory>,
    /// The talk that a crash has ended, while it is offered.
    pub unfinished_talk: Option<StoredTalk>,
    /// The user's own story, to which views are added as beats.
    pub(super) own_story: Option<StoryFile>,
    /// The same story with a beat that is being saved.
    pub(super) story_in_saving: Option<StoryFile>,
    /// The user's own lesson, to which views are added as steps.
    pub(super) own_lesson: Option<LessonFile>,
    /// The files that hold them.
    pub(super) saved_as: BTreeMap<OwnKind, SavedAs>,
    /// The editor of the user's own lesson or story.
    pub editor: Option<OpenEditor>,
    /// What was done in all lessons.
    pub progress: Progress,
    /// Changes that are not shown yet.
    pub(super) changes: Changes,
    /// A collective of a training step that was put on the stage.
    pub(super) call_stage: Option<CallStage>,
    /// The instant and the window of the run that the stage returns to.
    pub(super) returns_to: Option<RunClock>,
}

/// Why a session did not start.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SessionError {
    /// The bundled catalog has an error.
    #[error("error: {0}")]
    Catalog(#[from] CatalogError),
    /// The scene has errors.
    #[error("{0}")]
    Diagnostics(#[from] Diagnostics),
    /// A stored session has another form.
    #[error("the stored scene is not readable: {0}")]
    Snapshot(String),
    /// A link that leads nowhere.
    #[error("{0}")]
    Link(#[from] LinkError),
}

impl Session {
    /// A session with the default scene, playing.
    ///
    /// # Errors
    /// Fails if a bundled file has an error, which the tests rule out.
    pub fn first_look() -> Result<Session, SessionError> {
        let scene = first_look();
        Session::from_text(scene.file, scene.text)
    }

    /// A session with a scene from text, playing.
    ///
    /// # Errors
    /// Fails if the scene or the catalog has an error.
    pub fn from_text(name: &str, text: &str) -> Result<Session, SessionError> {
        let catalog = Arc::new(Catalog::bundled()?);
        let document = parse_scene(name, text, &catalog)?;
        let (runs, solved) = SceneSolver::new(document.scene.clone(), SolvedFabrics::default()).finish();
        let clock = Clock::new(longest_time(&runs), document.scene.clock);
        let Outcome { training, verdict, conditions } = Outcome::new(&document.scene, &catalog, &runs);
        Ok(Session {
            catalog,
            conditions,
            verdict,
            training,
            run_clock: RunClock::default(),
            opened: Arc::new(document.clone()),
            document,
            name: name.to_owned(),
            runs,
            revision: 1,
            clock,
            diagnostics: None,
            path_field: None,
            done: None,
            panels: true,
            help: false,
            parameters: false,
            scenes: false,
            palette_open: false,
            full_screen: false,
            blank: None,
            theme: ThemeKind::Dark,
            palette: Palette::default(),
            zoom: 1.0,
            log: None,
            import: None,
            film_kinds: vec![PictureKind::Apng],
            exports: None,
            export_job: None,
            sources: None,
            page_address: String::new(),
            qr_link: None,
            first_start: None,
            glossary: None,
            view: ViewState::default(),
            undo: UndoStack::default(),
            sweep_job: None,
            course: false,
            files: Course::shared().clone(),
            lesson: None,
            story: None,
            unfinished_talk: None,
            own_story: None,
            story_in_saving: None,
            own_lesson: None,
            saved_as: BTreeMap::new(),
            editor: None,
            progress: Progress::default(),
            changes: Changes { solved, ..Changes::default() },
            call_stage: None,
            returns_to: None,
        })
    }

    /// The scene with all changes, including those that are not solved yet: what controls show, and what is saved.
    pub fn latest(&self) -> &SceneDocument {
        self.changes.latest().unwrap_or(&self.document)
    }

    /// The machines that scenes can name.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The scene that `runs` belong to.
    pub fn scene(&self) -> &Scene {
        &self.document.scene
    }

    /// Whether the program is a page, whose links have an address; in a window they have none.
    pub fn has_page_address(&self) -> bool {
        !self.page_address.is_empty()
    }

    /// The colours of the theme.
    pub fn theme(&self) -> &'static Theme {
        Theme::with(self.theme, self.palette)
    }

    /// The camera of a fabric.
    pub fn camera(&self, fabric: usize) -> StageCamera {
        self.view.camera(fabric)
    }

    /// The open scene as a file.
    pub fn file(&self) -> &SceneFile {
        &self.document.file
    }

    /// The same numbers as `run --json`.
    pub fn report(&self) -> Report {
        Report::new(&self.document.scene, &self.runs)
    }

    /// Whether the scene has changed since it was opened, or saved last.
    pub fn is_changed(&self) -> bool {
        self.document != *self.opened
    }

    /// Whether the scene has been edited since it came on the stage: opened, saved last, or made of a log or a training step.
    pub fn is_edited(&self) -> bool {
        self.can_reset() && self.call_stage().is_none()
    }

    /// Whether resetting changes the scene.
    pub fn can_reset(&self) -> bool {
        self.document != *self.reset_target()
    }

    /// The scene that a reset returns to: the one of the log whose cluster is on the stage, however it was changed, else the
    /// scene as it was opened or saved last.
    pub(super) fn reset_target(&self) -> &SceneDocument {
        let stage = self.log.as_ref().and_then(|log| log.stage.as_ref());
        let comes_from =
            |stage: &&LogStage| stage.is(self.latest()) || self.undo.has_earlier(|earlier| stage.is(earlier));
        stage.filter(comes_from).map_or(&*self.opened, |stage| &stage.shown)
    }

    /// The current time of a run on its own time axis.
    pub fn local_time(&self, run: &FabricRun) -> Femtos {
        self.clock.local(run.result().map_or(Femtos(0), |result| result.time))
    }

    /// A copy of the clock at another instant.
    pub fn clock_at(&self, at: Femtos) -> Clock {
        let mut clock = self.clock;
        clock.seek(at);
        clock
    }

    /// Checks a scene, a log of nccl-tests, or a file to import, without opening it.
    ///
    /// # Errors
    /// Fails if it has an error.
    pub fn validate(name: &str, text: &str) -> Result<(), SessionError> {
        if opening(text.as_bytes()) == Opening::Import {
            return import_text(name, text, &Catalog::bundled()?).map(|_| ()).map_err(SessionError::from);
        }
        if is_story(text) {
            return read_story(name, text).map(|_| ()).map_err(SessionError::from);
        }
        if is_texts(text) {
            return read_texts(name, text).map(|_| ()).map_err(SessionError::from);
        }
        if is_lesson(text) {
            return read_lesson(name, text).map(|_| ()).map_err(SessionError::from);
        }
        if is_log(text) {
            return read_log(name, text).map(|_| ()).map_err(|error| log_diagnostics(name, &error).into());
        }
        parse_scene(name, text, &Catalog::bundled()?)?;
        Ok(())
    }

    /// Imports a file of bytes, such as one that is compressed.
    ///
    /// # Errors
    /// Why it is not imported.
    pub fn import(name: &str, bytes: &[u8]) -> Result<Imported, SessionError> {
        let catalog = Catalog::bundled()?;
        import(bytes, &catalog).map_err(|error| import_diagnostics(name, &error).into())
    }

    /// Advances the clock by seconds on the screen.
    pub fn advance(&mut self, screen_s: f64) {
        if self.shows_run() {
            self.advance_run(screen_s);
            return;
        }
        self.clock.advance(screen_s);
        self.end_first_play();
        self.end_beat();
    }
}

/// The time of the slowest run.
pub(super) fn longest_time(runs: &[FabricRun]) -> Femtos {
    runs.iter().filter_map(FabricRun::result).map(|result| result.time).max().unwrap_or_default()
}
