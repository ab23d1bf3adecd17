//! The session: the open scene, its runs, the clock, and the one place where intents are applied.
//!
//! Panels, keys, the page round the browser build and tests all speak in [`Intent`]s; what only a window or a page can
//! do (dialogs, the clipboard) comes back as an [`Effect`].

use super::clock::Clock;
use super::intent::{Effect, Intent};
use super::log_window::{LogWindow, is_log};
use super::sweep_window::Sweeping;
use super::undo::Edits;
use crate::catalog::{Catalog, CatalogError};
use crate::explain::verdict_sentences;
use crate::nccl_log::{LogError, read_log};
use crate::report::Report;
use crate::scene::{BUNDLED, CLAIMS, ClockMode, Diagnostics, Scene, SceneDocument, SceneFile, first_look, parse_scene};
use crate::solve::{FabricRun, solve};
use crate::stage::StageCamera;
use crate::stage::ViewState;
use crate::style::Palette;
use crate::style::{Theme, ThemeKind};
use crate::units::Femtos;

/// Everything that panels read.
#[derive(Clone, Debug)]
pub struct Session {
    catalog: Catalog,
    /// The open scene.
    pub document: SceneDocument,
    /// The scene as it was loaded.
    loaded: SceneDocument,
    /// Where it came from.
    pub name: String,
    /// Its fabrics, solved.
    pub runs: Vec<FabricRun>,
    /// What the figures say to the scene's claim, sentence by sentence, if it makes one.
    pub verdict: Option<Vec<String>>,
    /// Counts changes of `runs`, so that others know when to prepare anew.
    pub revision: u64,
    /// Where playback stands.
    pub clock: Clock,
    /// Why the last scene or change was refused; the scene on the screen stayed.
    pub faults: Option<Diagnostics>,
    /// Both side panels are shown.
    pub panels: bool,
    /// The help is shown.
    pub help: bool,
    /// The scene menu is shown.
    pub scenes: bool,
    /// Dark or light.
    pub theme: ThemeKind,
    /// The colours of heat.
    pub palette: Palette,
    /// Scale of the interface.
    pub zoom: f32,
    /// The open log of nccl-tests.
    pub log: Option<LogWindow>,
    /// The fabric whose sources are shown.
    pub sources: Option<usize>,
    /// How the stage is looked at.
    pub stage: ViewState,
    /// Changes that can be taken back.
    pub edits: Edits,
    /// The sweep that is shown.
    pub sweeping: Option<Sweeping>,
}

/// Why there is no session.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SessionError {
    /// The built-in catalog is at fault.
    #[error("error: {0}")]
    Catalog(#[from] CatalogError),
    /// The scene is at fault.
    #[error("{0}")]
    Diagnostics(#[from] Diagnostics),
}

impl Session {
    /// A session with the default scene, playing.
    ///
    /// # Errors
    /// A built-in file at fault, which tests rule out.
    pub fn first_look() -> Result<Session, SessionError> {
        let scene = first_look();
        Session::with(scene.file, scene.text)
    }

    /// A session with a scene from text, playing.
    ///
    /// # Errors
    /// The scene or the catalog is at fault.
    pub fn with(name: &str, text: &str) -> Result<Session, SessionError> {
        let catalog = Catalog::bundled()?;
        let document = parse_scene(name, text, &catalog)?;
        let runs = solve(&document.scene);
        let clock = Clock::new(duration(&runs), document.scene.clock);
        Ok(Session {
            catalog,
            verdict: verdict_sentences(&document.scene, &runs),
            loaded: document.clone(),
            document,
            name: name.to_owned(),
            runs,
            revision: 1,
            clock,
            faults: None,
            panels: true,
            help: false,
            scenes: false,
            theme: ThemeKind::Dark,
            palette: Palette::default(),
            zoom: 1.0,
            log: None,
            sources: None,
            stage: ViewState::default(),
            edits: Edits::default(),
            sweeping: None,
        })
    }

    /// The machines that scenes may name.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The open scene.
    pub fn scene(&self) -> &Scene {
        &self.document.scene
    }

    /// The tokens of the theme.
    pub fn theme(&self) -> &'static Theme {
        Theme::with(self.theme, self.palette)
    }

    /// How a fabric is looked at.
    pub fn camera(&self, fabric: usize) -> StageCamera {
        self.stage.camera(fabric)
    }

    /// The open scene as it would be written.
    pub fn file(&self) -> &SceneFile {
        &self.document.file
    }

    /// The same numbers as `run --json`.
    pub fn report(&self) -> Report {
        Report::new(&self.document.scene, &self.runs)
    }

    /// Whether a change has been made since the scene was loaded.
    pub fn changed(&self) -> bool {
        self.document != self.loaded
    }

    /// The fabric's own time now.
    pub fn local_time(&self, run: &FabricRun) -> Femtos {
        self.clock.local(run.result().map_or(Femtos(0), |result| result.time))
    }

    /// The clock as it would stand at another instant.
    pub fn clock_at(&self, at: Femtos) -> Clock {
        let mut clock = self.clock;
        clock.seek(at);
        clock
    }

    /// Checks a scene, or a log of nccl-tests, without opening it.
    ///
    /// # Errors
    /// It is at fault.
    pub fn validate(name: &str, text: &str) -> Result<(), SessionError> {
        if is_log(text) {
            return read_log(name, text).map(|_| ()).map_err(|error| log_diagnostics(name, &error).into());
        }
        parse_scene(name, text, &Catalog::bundled()?)?;
        Ok(())
    }

    /// Lets time pass on the screen.
    pub fn advance(&mut self, screen_s: f64) {
        self.clock.advance(screen_s);
    }

    /// Does what is wanted. Whatever cannot be done leaves the scene as it is and is told in `faults`.
    pub fn apply(&mut self, intent: Intent) -> Option<Effect> {
        if self.stage.apply(&intent, self.runs.len(), self.clock.duration) {
            return None;
        }
        match intent {
            Intent::Load { name, text } if is_log(&text) => self.load_log(&name, &text),
            Intent::Load { name, text } => self.load(&name, &text),
            Intent::CompareLog(flags) => {
                if let Some(log) = &mut self.log {
                    log.set(flags, &self.catalog);
                }
            }
            Intent::CloseLog => self.log = None,
            Intent::ShowSources(fabric) => self.sources = fabric,
            Intent::Refuse(faults) => self.faults = Some(faults),
            Intent::OpenBundled(index) => {
                if let Some(scene) = BUNDLED.iter().chain(&CLAIMS).nth(index) {
                    self.load(scene.file, scene.text);
                }
            }
            Intent::Reset => {
                // A change like any other, which can be taken back.
                let loaded = self.loaded.clone();
                self.change(Ok(loaded), Vec::new());
                self.start_clock();
            }
            Intent::Set(settings) => {
                let changed = self.document.with(&settings, &self.catalog);
                self.change(changed, Vec::new());
            }
            Intent::Drag(change) => match *change {
                Intent::Set(settings) => {
                    let changed = self.document.with(&settings, &self.catalog);
                    self.change(changed, settings.into_iter().map(|setting| setting.path).collect());
                }
                Intent::EditFault(fabric, place, change) => {
                    let changed = self.document.what_if(fabric, &place, change, &self.catalog);
                    self.change(changed, vec![format!("what if: {} of fabric {fabric}", place.name())]);
                }
                other => return self.apply(other),
            },
            Intent::LetGo => self.edits.let_go(),
            Intent::EditFault(fabric, place, change) => {
                let changed = self.document.what_if(fabric, &place, change, &self.catalog);
                self.change(changed, Vec::new());
            }
            Intent::Undo => {
                if let Some(document) = self.edits.undo(&self.document) {
                    self.take(document);
                }
            }
            Intent::Redo => {
                if let Some(document) = self.edits.redo(&self.document) {
                    self.take(document);
                }
            }
            Intent::ToggleSweep => {
                self.sweeping = match self.sweeping {
                    Some(_) => None,
                    None => Some(Sweeping::new(&self.document, &self.catalog)),
                }
            }
            Intent::Sweep(intent) => {
                let sweeping = self.sweeping.as_mut()?;
                let (taken, effect) = sweeping.apply(intent, &self.document, &self.catalog);
                if let Some(document) = taken {
                    self.change(Ok(self.with_clock_of_now(document)), Vec::new());
                }
                return effect;
            }
            Intent::ReduceMotion(reduced) => {
                self.stage.reduced_motion = reduced;
                self.clock.playing &= !reduced;
            }
            Intent::ForgetBefore => self.edits.forget_before(),
            Intent::Play => self.clock.play(),
            Intent::Pause => self.clock.playing = false,
            Intent::PlayBackwards => self.clock.play_backwards(),
            Intent::Loop(span) => self.clock.set_loop(span),
            Intent::TogglePlay if self.clock.playing => self.clock.playing = false,
            Intent::TogglePlay => self.clock.play(),
            Intent::Seek(at) => self.clock.seek(at),
            Intent::Step(forwards) => self.step(forwards),
            Intent::Speed(speed) if speed.is_finite() => self.clock.speed = speed.clamp(1e-15, 1e3),
            Intent::Speed(_) => {}
            Intent::Mode(mode) => {
                self.clock.mode = mode;
                let word = if mode == ClockMode::Same { "same" } else { "normalised" };
                self.document.file.view.clock = word.to_owned();
                self.document.scene.clock = mode;
            }
            Intent::TogglePanels => self.panels = !self.panels,
            Intent::ToggleTheme => {
                self.theme = if self.theme == ThemeKind::Dark { ThemeKind::Light } else { ThemeKind::Dark };
            }
            Intent::Colours(palette) => self.palette = palette,
            Intent::ToggleHelp => self.help = !self.help,
            Intent::ToggleScenes => self.scenes = !self.scenes,
            Intent::DismissDiagnostics => self.faults = None,
            Intent::CopyScene => return Some(Effect::Copy(self.document.to_ron())),
            Intent::SaveScene => {
                let name = std::path::Path::new(&self.name).file_name().unwrap_or_default().to_string_lossy();
                return Some(Effect::Save { name: name.into_owned(), text: self.document.to_ron() });
            }
            Intent::ToggleFullScreen => return Some(Effect::FullScreen),
            Intent::OpenDialog => return Some(Effect::AskForFile),
            Intent::Zoom(zoom) => self.zoom = zoom.clamp(0.5, 3.0),
            // The stage has done the others.
            _ => {}
        }
        None
    }

    fn load(&mut self, name: &str, text: &str) {
        match parse_scene(name, text, &self.catalog) {
            Ok(document) => {
                self.faults = None;
                self.scenes = false;
                name.clone_into(&mut self.name);
                self.loaded = document.clone();
                self.stage = self.stage.for_another_scene();
                self.edits = Edits::default();
                self.show(document);
                self.start_clock();
            }
            Err(faults) => self.faults = Some(faults),
        }
    }

    /// From zero, playing by itself unless little is to move.
    fn start_clock(&mut self) {
        self.clock = Clock::new(duration(&self.runs), self.document.scene.clock);
        self.clock.playing = !self.stage.reduced_motion;
    }

    fn load_log(&mut self, name: &str, text: &str) {
        match read_log(name, text) {
            Ok(log) => {
                self.faults = None;
                self.scenes = false;
                self.log = Some(LogWindow::new(name, log, &self.catalog));
            }
            Err(error) => self.faults = Some(log_diagnostics(name, &error)),
        }
    }

    /// Shows a changed scene, or tells why there is none.
    fn change(&mut self, changed: Result<SceneDocument, Diagnostics>, dragged: Vec<String>) {
        match changed {
            Ok(document) if document == self.document => self.faults = None,
            Ok(document) => {
                let old = self.document.clone();
                let runs = self.take_runs(document);
                self.edits.changed(old, runs, dragged);
            }
            Err(faults) => self.faults = Some(faults),
        }
    }

    /// Shows a document that is known to be good, and keeps the runs before for comparison. How clocks relate is how one
    /// looks, no change of the scene that is taken back.
    fn take(&mut self, document: SceneDocument) {
        let document = self.with_clock_of_now(document);
        let runs = self.take_runs(document);
        self.edits.keep(runs);
    }

    fn with_clock_of_now(&self, mut document: SceneDocument) -> SceneDocument {
        document.file.view.clock.clone_from(&self.document.file.view.clock);
        document.scene.clock = self.document.scene.clock;
        document
    }

    /// Shows a document and answers the runs before. The clock keeps its instant and its speed, so that a change is seen
    /// where one looks.
    fn take_runs(&mut self, document: SceneDocument) -> Vec<FabricRun> {
        self.faults = None;
        let runs = self.show(document);
        self.clock.set_duration(duration(&self.runs));
        self.clock.mode = self.document.scene.clock;
        runs
    }

    /// Solves and shows a document. Answers the runs before.
    fn show(&mut self, document: SceneDocument) -> Vec<FabricRun> {
        let runs = solve(&document.scene);
        for (fabric, (old, new)) in self.runs.iter().zip(&runs).enumerate() {
            if old.fabric.topology != new.fabric.topology {
                self.stage.clear_selection(fabric);
            }
        }
        self.verdict = verdict_sentences(&document.scene, &runs);
        self.document = document;
        if let Some(sweeping) = &mut self.sweeping {
            sweeping.follow(&self.document, &self.catalog);
        }
        self.revision += 1;
        std::mem::replace(&mut self.runs, runs)
    }

    /// To the next or the previous instant at which a stream starts, arrives or ends on any fabric.
    fn step(&mut self, forwards: bool) {
        self.clock.playing = false;
        let mut nearest: Option<Femtos> = None;
        for run in &self.runs {
            let Some(result) = run.result() else { continue };
            let own = result.time;
            // On the same clock a fabric that is done has events behind the clock, not at its own end.
            let now = match self.clock.mode {
                ClockMode::Same => self.clock.at,
                ClockMode::Normalised => self.clock.local(own),
            };
            let Some(event) = result.played.trace.next_event(now, forwards) else { continue };
            let event = event.min(own);
            // Back onto the axis of the slowest fabric.
            let at = match self.clock.mode {
                ClockMode::Same => event,
                ClockMode::Normalised => {
                    let share = event.0 as f64 / own.0.max(1) as f64;
                    Femtos((share * self.clock.duration.0 as f64).round_ties_even() as u64)
                }
            };
            let beyond = if forwards { at > self.clock.at } else { at < self.clock.at };
            if beyond {
                nearest = Some(nearest.map_or(at, |best| if forwards { best.min(at) } else { best.max(at) }));
            }
        }
        let end = if forwards { self.clock.duration } else { Femtos(0) };
        self.clock.seek(nearest.unwrap_or(end));
    }
}

/// What is wrong with a log, as faults are shown.
fn log_diagnostics(name: &str, error: &LogError) -> Diagnostics {
    let line = error.line.map_or(String::new(), |line| format!("line {line}: "));
    Diagnostics::whole(name, format!("{line}{}", error.problem), Some(&error.hint))
}

/// When the slowest fabric is done.
fn duration(runs: &[FabricRun]) -> Femtos {
    runs.iter().filter_map(FabricRun::result).map(|result| result.time).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{FaultEdit, FaultPlace, Setting};

    fn set(session: &mut Session, text: &str) {
        session.apply(Intent::Set(vec![Setting::parse(text).expect("a setting")]));
    }

    #[test]
    fn a_change_keeps_the_clock_and_a_refused_one_keeps_everything() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Seek(Femtos::from_secs(200e-6)));
        let speed = session.clock.speed;
        set(&mut session, "workload.message=512MiB");
        assert_eq!(session.clock.at, Femtos::from_secs(200e-6));
        assert_eq!(session.clock.speed, speed);
        assert!(session.changed() && session.faults.is_none());
        let (report, revision) = (session.report(), session.revision);
        set(&mut session, "workload.replicas=9");
        assert!(session.faults.is_some());
        assert_eq!((session.report(), session.revision), (report, revision));
        session.apply(Intent::Reset);
        assert!(!session.changed());
    }

    #[test]
    fn with_reduced_motion_nothing_plays_by_itself() {
        let mut session = Session::first_look().expect("the first look");
        assert!(session.clock.playing);
        session.apply(Intent::ReduceMotion(true));
        assert!(!session.clock.playing);
        session.apply(Intent::OpenBundled(2));
        assert!(!session.clock.playing && session.stage.reduced_motion);
        session.apply(Intent::Play);
        assert!(session.clock.playing, "it can be played all the same");
    }

    #[test]
    fn changes_are_taken_back_one_by_one_and_a_dragged_slider_is_one() {
        let mut session = Session::first_look().expect("the first look");
        let first = session.report();
        for message in ["512MiB", "256MiB", "128MiB"] {
            let setting = Setting::parse(&format!("workload.message={message}")).expect("a setting");
            session.apply(Intent::Drag(Box::new(Intent::Set(vec![setting]))));
        }
        let dragged = session.report();
        let place = FaultPlace::Link("GPU 3 -> NVSwitch".to_owned());
        session.apply(Intent::EditFault(0, place, FaultEdit::Slow(0.5)));
        assert!(session.faults.is_none());
        assert_ne!(session.report(), dragged);
        let before = session.edits.before(0).and_then(FabricRun::result).map(|result| result.time.secs());
        assert_eq!(before, dragged.fabrics[0].time_s, "the run before stays for comparison");
        session.apply(Intent::Undo);
        assert_eq!(session.report(), dragged);
        session.apply(Intent::Undo);
        assert_eq!(session.report(), first);
        assert!(!session.edits.can_undo() && session.edits.can_redo());
        session.apply(Intent::Redo);
        assert_eq!(session.report(), dragged);
        // What breaks nothing changes nothing.
        let nonsense = FaultPlace::Link("GPU 99 -> NVSwitch".to_owned());
        session.apply(Intent::EditFault(0, nonsense, FaultEdit::Slow(0.5)));
        assert!(session.faults.is_some());
        assert_eq!(session.report(), dragged);
    }

    #[test]
    fn choices_from_one_menu_and_two_drags_of_one_slider_are_changes_of_their_own() {
        let mut session = Session::first_look().expect("the first look");
        let first = session.report();
        set(&mut session, "fabrics.0.algorithm=ring");
        let ring = session.report();
        set(&mut session, "fabrics.0.algorithm=direct");
        session.apply(Intent::Undo);
        assert_eq!(session.report(), ring);
        session.apply(Intent::Undo);
        assert_eq!(session.report(), first);
        let drag = |session: &mut Session, message: &str| {
            let setting = Setting::parse(&format!("workload.message={message}")).expect("a setting");
            session.apply(Intent::Drag(Box::new(Intent::Set(vec![setting]))));
        };
        drag(&mut session, "512MiB");
        assert!(session.edits.is_dragging());
        session.apply(Intent::LetGo);
        assert!(!session.edits.is_dragging());
        let once = session.report();
        drag(&mut session, "256MiB");
        drag(&mut session, "128MiB");
        session.apply(Intent::Undo);
        assert_eq!(session.report(), once);
        // So are shares of a link that is slowed by a slider.
        for share in [0.9, 0.6, 0.3] {
            let place = FaultPlace::Link("GPU 3 -> NVSwitch".to_owned());
            session.apply(Intent::Drag(Box::new(Intent::EditFault(0, place, FaultEdit::Slow(share)))));
        }
        session.apply(Intent::Undo);
        assert_eq!(session.report(), once);
    }

    #[test]
    fn the_clock_stays_as_one_looks_and_reset_is_taken_back_too() {
        let mut session = Session::first_look().expect("the first look");
        set(&mut session, "workload.message=512MiB");
        let changed = session.report();
        session.apply(Intent::Mode(ClockMode::Normalised));
        session.apply(Intent::Undo);
        assert_eq!((session.clock.mode, session.scene().clock), (ClockMode::Normalised, ClockMode::Normalised));
        session.apply(Intent::Redo);
        assert_eq!(session.clock.mode, ClockMode::Normalised);
        session.apply(Intent::Reset);
        assert!(!session.changed() && session.clock.mode == ClockMode::Same);
        session.apply(Intent::Undo);
        assert_eq!(session.report(), changed);
        assert!(session.edits.can_undo(), "what was before the reset can still be taken back");
    }

    #[test]
    fn a_broken_scene_is_told_and_the_old_one_stays() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Load { name: "x.ron".to_owned(), text: "(broken".to_owned() });
        assert!(session.faults.as_ref().is_some_and(|faults| faults.to_string().contains("x.ron")));
        assert_eq!(session.name, "first-look.ron");
        session.apply(Intent::OpenBundled(2));
        assert!(session.faults.is_none());
        assert_eq!(session.name, "rack.ron");
    }

    #[test]
    fn steps_stop_at_every_event_and_lead_to_both_ends() {
        let mut session = Session::first_look().expect("the first look");
        let mut instants = vec![session.clock.at];
        for _ in 0..100 {
            session.apply(Intent::Step(true));
            if instants.last() == Some(&session.clock.at) {
                break;
            }
            instants.push(session.clock.at);
        }
        assert_eq!(session.clock.at, session.clock.duration);
        // The heads on the GPUs, ten rounds of the wafer with their heads, and both ends.
        assert!(instants.len() > 12, "{} instants", instants.len());
        for expected in instants.iter().rev().skip(1) {
            session.apply(Intent::Step(false));
            assert_eq!(session.clock.at, *expected);
        }
    }

    #[test]
    fn what_is_saved_loads_to_the_same_trace() {
        let mut session = Session::first_look().expect("the first look");
        set(&mut session, "fabrics.1.params.hop_cycles=2");
        let Some(Effect::Save { name, text }) = session.apply(Intent::SaveScene) else { panic!("a file to save") };
        let report = session.report();
        session.apply(Intent::Load { name, text });
        assert_eq!(session.report(), report);
    }
}
