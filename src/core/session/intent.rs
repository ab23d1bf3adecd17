//! Intents and effects: what a user, a script or a page asks of a session, and what a window or a page does for it.

use super::blank_screen::BlankScreen;
use super::log_figure::LogFigure;
use super::open_editor::EditorIntent;
use super::open_exports::FilmProgress;
use super::open_story::StoryIntent;
use super::path_field::{Completion, Done, FileContent, PathPurpose};
use super::picture::{PictureKind, PictureSpec};
use super::quantity::Quantity;
use super::shown_lesson::LessonIntent;
use crate::compare::ClusterFlags;
use crate::explain::glossary::Term;
use crate::export::ExportFormat;
use crate::fabric::Direction;
use crate::import::Imported;
use crate::scene::{ClockMode, Diagnostics, FabricEdit, FaultEdit, FaultPlace, Setting};
use crate::stage::{Pair, Selection, StageCamera, TimelineShows};
use crate::style::{Palette, ThemeKind};
use crate::sweep::Subject;
use crate::training::{Call, Lane, RunTime};
use crate::units::Femtos;

/// A request to a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Open a scene, a log of nccl-tests, or a file to import, from text; its content decides.
    Load {
        /// Name or path, for diagnostics.
        name: String,
        /// The text.
        text: String,
    },
    /// Show a file that was imported.
    ShowImport(Box<Imported>),
    /// Close the report of the imported file.
    CloseImport,
    /// Show why a scene file was not read.
    ShowDiagnostics(Diagnostics),
    /// Close the diagnostics.
    DismissDiagnostics,
    /// Open a bundled scene: first those of the menu, then those with a claim.
    OpenBundled(usize),
    /// Copy the scene to the clipboard.
    CopyScene,
    /// Copy a link to what is shown.
    CopyLink,
    /// Copy the HTML of a frame with what is shown; nothing in a window, which has no address.
    CopyEmbedCode,
    /// Show a link to what is shown as a QR code, or close it.
    ToggleQrCode,
    /// Open what a link leads to.
    OpenLink(String),
    /// Save the scene to a file.
    SaveScene,
    /// Show or hide the window of parameters, where side panels have no room.
    ToggleParameters,
    /// Show or hide the window of exports.
    ToggleExports,
    /// Save the runs as a file of another program.
    Export(ExportFormat),
    /// Draw a picture of the window and save it.
    SavePicture(PictureScale),
    /// Draw a film of the whole run and save it.
    SaveFilm(PictureKind),
    /// Give up the film that is being drawn.
    StopFilm,
    /// How far the film is; `None` if none is being drawn any more.
    NoteFilm(Option<FilmProgress>),
    /// Draw pictures and films with nothing behind the stage, or with the theme's ground.
    SetTransparent(bool),
    /// Open the runs in Perfetto.
    OpenInPerfetto,
    /// Save a file that was made beside the frames.
    OfferFile {
        /// Proposed file name.
        name: String,
        /// Content of the file.
        content: FileContent,
    },
    /// Show the dialog that opens a file.
    OpenDialog,

    /// Show the field for a path, with this path in it.
    ShowPathField(PathPurpose, String),
    /// Another path was typed.
    TypePath(String),
    /// Offer what completes a path.
    ShowCompletions {
        /// The path that they complete.
        path: String,
        /// Folders and files.
        completions: Vec<Completion>,
    },
    /// Open or save the file of the typed path.
    ConfirmPath,
    /// There is a file of this path: ask whether to replace it.
    RequireConfirmation(String),
    /// Close the field for a path.
    ClosePath,
    /// Show a message about what was done.
    ReportDone(Done),
    /// Close the message.
    DismissMessage,

    /// Change values by path.
    Set(Vec<Setting>),
    /// Rename, copy, add or remove a fabric, or change the title.
    EditFabrics(FabricEdit),
    /// Change a fault of a fabric: slow, cut, delay or repair.
    EditFault(usize, FaultPlace, FaultEdit),
    /// Apply a change ([`Intent::Set`], [`Intent::EditFault`]) of a slider that is being dragged. All changes until
    /// [`Intent::EndDrag`] are one undo step.
    Drag(Box<Intent>),
    /// The slider was released.
    EndDrag,
    /// Return to the scene as it was opened.
    Reset,
    /// Undo the last change.
    Undo,
    /// Redo the last change that was undone.
    Redo,
    /// Give up all changes that are not solved yet.
    CancelSolving,
    /// Stop comparing with the runs before the last change.
    ClearComparison,

    /// Play.
    Play,
    /// Pause.
    Pause,
    /// Play if paused, pause if playing.
    TogglePlay,
    /// Play backwards.
    PlayBackwards,
    /// Move the clock to an instant on the time axis of the slowest fabric.
    Seek(Femtos),
    /// Move the clock to the next (`true`) or the previous event of any fabric.
    Step(bool),
    /// Repeat a time span; `None` plays the whole run once.
    SetLoop(Option<(Femtos, Femtos)>),
    /// Set the speed: simulated seconds per second on the screen; `None` follows the length of the run.
    SetSpeed(Option<f64>),
    /// Same clock or normalised.
    SetClockMode(ClockMode),

    /// Set the camera of a fabric at once.
    SetCamera(usize, StageCamera),
    /// Move the camera of a fabric, animated.
    MoveCamera(usize, StageCamera),
    /// Zoom the active fabric by a factor around the middle of its picture.
    ZoomCamera(f32),
    /// Show the whole active fabric.
    ShowWholeFabric,
    /// Pan the active fabric, by fractions of its picture.
    PanCamera(glam::Vec2),
    /// Switch reduced motion on or off: no animated camera moves, no automatic playback.
    ReduceMotion(bool),
    /// Make this fabric active.
    Activate(usize),
    /// Select an item, or clear the selection.
    Select(Option<Selection>),
    /// Select a cell of the traffic matrix of a fabric, and a link between the two ranks.
    SelectPair(usize, Pair),
    /// Show the traffic matrix, or the map.
    ShowMatrix(bool),
    /// Show the mean utilisation since the start, or the current one.
    Accumulate(bool),
    /// Show the critical path on stage and timeline.
    ShowPath(bool),
    /// Show the heat of a wafer's links in one direction; `None` for the busiest link of each PE.
    SetHeatDirection(Option<Direction>),
    /// Set what the timeline shows.
    SetTimeline(TimelineShows),
    /// Set the time span of the timeline; `None` for the whole run.
    SetTimelineSpan(Option<(Femtos, Femtos)>),

    /// Move the training run to an instant.
    SeekRun(RunTime),
    /// Show a window of the training run: start and length.
    SetRunWindow(RunTime, RunTime),
    /// Zoom the training run by a factor around an instant. A collective of the row that fills the window opens.
    ZoomRun {
        /// Above 1 to zoom in.
        factor: f64,
        /// The instant that keeps its place.
        around: RunTime,
        /// The row under the pointer.
        row: Option<RunRow>,
    },
    /// Move the window of the training run by a share of it.
    PanRun(f64),
    /// Put one collective of a training step on the stage.
    OpenCall {
        /// The fabric that it runs on.
        fabric: usize,
        /// The collective.
        call: Call,
    },
    /// Return from a collective to the training run.
    LeaveCall,

    /// Show the sources of a fabric's figures, or close them.
    ShowSources(Option<usize>),
    /// Answer the question of the first start with a fabric, or see without an answer.
    AnswerFirstStart(Option<usize>),
    /// Go to the next step of the first start.
    ContinueFirstStart,
    /// End the first start.
    EndFirstStart,
    /// Show the glossary at a term, or close it.
    ShowGlossary(Option<Term>),
    /// Show or hide both panels.
    TogglePanels,
    /// Show or hide the help.
    ToggleHelp,
    /// Show or hide the scene menu.
    ToggleScenes,
    /// Switch to the next theme.
    ToggleTheme,
    /// Set the theme.
    SetTheme(ThemeKind),
    /// Set the palette of heat.
    SetPalette(Palette),
    /// Set the scale of the interface; 1 is the designed size.
    SetInterfaceScale(f32),
    /// Enter or leave full screen.
    ToggleFullScreen,
    /// Leave full screen; nothing in a window.
    LeaveFullScreen,
    /// Take note that the window fills the screen, or no longer, without having been asked.
    NoteFullScreen(bool),
    /// Make the screen black or white, or show the picture again.
    ToggleBlank(BlankScreen),
    /// Show or hide the command palette.
    TogglePalette,

    /// Compare the open log with another cluster.
    CompareLog(ClusterFlags),
    /// Compare the open log with a cluster in which one figure is as typed.
    TypeLogFigure {
        /// The figure.
        figure: LogFigure,
        /// Its value.
        typed: String,
    },
    /// Show another run of the open log, from 0.
    SelectLogRun(usize),
    /// Put the cluster of the open log on the stage; with a number, beside it the root cause of that number, from 0.
    StageLog(Option<usize>),
    /// Return to the scene that was on the stage before the log.
    LeaveLogStage,
    /// Close the log.
    CloseLog,
    /// Show or hide the sweep.
    ToggleSweep,
    /// A request to the sweep.
    Sweep(SweepIntent),
    /// A request to the course or to the open lesson.
    Lesson(LessonIntent),
    /// A request to the open story.
    Story(StoryIntent),
    /// A request to the editor of the user's own lesson or story.
    Editor(EditorIntent),
}

/// The size of a picture of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureScale {
    /// As on the screen.
    Window,
    /// Twice as many pixels in both directions, for print.
    Double,
}

impl PictureScale {
    /// Both, in the order of menus.
    pub const ALL: [PictureScale; 2] = [PictureScale::Window, PictureScale::Double];

    /// Pixels per pixel of the window.
    pub fn factor(self) -> u32 {
        match self {
            PictureScale::Window => 1,
            PictureScale::Double => 2,
        }
    }
}

/// A row of a training run: one stream of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunRow {
    /// The fabric.
    pub fabric: usize,
    /// The pipeline stage.
    pub stage: u32,
    /// The stream.
    pub lane: Lane,
}

/// A request to the open sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepIntent {
    /// Set the setting that is swept.
    SetSubject(Subject),
    /// Draw a curve for each algorithm of each fabric, or one for each fabric.
    SplitByAlgorithm(bool),
    /// Draw this quantity.
    Show(Quantity),
    /// Stop solving points; the solved points stay.
    Stop,
    /// Solve the remaining points.
    Resume,
    /// Load the settings of a point into the scene.
    OpenPoint(usize),
    /// Save the rows as CSV.
    SaveCsv,
    /// Save the rows as JSON.
    SaveJson,
}

/// A request of the session to the window or the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Copy this text to the clipboard.
    Copy(String),
    /// Copy a link with this fragment to the clipboard, behind the address of the page if there is one.
    CopyLink(String),
    /// Offer this file for saving.
    Save {
        /// Proposed file name.
        name: String,
        /// Content of the file.
        content: FileContent,
    },
    /// Draw a picture or a film; in a window the result is an [`Intent::OfferFile`].
    DrawPicture {
        /// Proposed file name.
        name: String,
        /// What it looks like. Pixels per point are those of the screen times [`PictureScale::factor`].
        spec: PictureSpec,
        /// Its pixels per pixel of the screen.
        scale: PictureScale,
    },
    /// Give up the film that is being drawn.
    StopFilm,
    /// Open a trace in Perfetto.
    OpenInPerfetto {
        /// Proposed file name.
        name: String,
        /// Its title in Perfetto.
        title: String,
        /// The trace.
        trace: String,
    },
    /// Open the view of the speaker beside the stage; the result is a [`StoryIntent::NoteSpeaker`].
    OpenSpeaker,
    /// Close the view of the speaker.
    CloseSpeaker,
    /// Show the dialog that opens a file; its result is an [`Intent::Load`].
    OpenFileDialog,
    /// Look for what completes a path; the result is an [`Intent::ShowCompletions`].
    CompletePath {
        /// The path as typed.
        path: String,
        /// What it is for.
        purpose: PathPurpose,
    },
    /// Open the file of a typed path.
    OpenFile(String),
    /// Save to a typed path. If there is a file and `replace` is not set, the result is an [`Intent::RequireConfirmation`].
    SaveFile {
        /// The path as typed.
        path: String,
        /// Content of the file.
        content: FileContent,
        /// Whether to replace a file.
        replace: bool,
    },
    /// Enter full screen.
    FullScreen,
    /// Leave full screen; nothing in a window.
    LeaveFullScreen,
}
