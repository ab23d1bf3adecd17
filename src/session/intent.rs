//! What the user, a script or a page can want of a session, and what a window or a page must do for it.

use super::sweep_window::Quantity;
use crate::compare::ClusterFlags;
use crate::fabric::Direction;
use crate::scene::{ClockMode, Diagnostics, FaultEdit, FaultPlace, Setting};
use crate::stage::StageCamera;
use crate::stage::TimelineShows;
use crate::stage::{Pair, Selection};
use crate::style::Palette;
use crate::sweep::Subject;
use crate::units::Femtos;

/// Something that the user, a script or a page wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Open a scene, or a log of nccl-tests, from text.
    Load {
        /// Where it came from, for faults.
        name: String,
        /// The RON text.
        text: String,
    },
    /// Open a scene that could not even be read.
    Refuse(Diagnostics),
    /// Open a bundled scene: those of the menu, then those that put a claim to the test.
    OpenBundled(usize),
    /// Hold the open log against another cluster.
    CompareLog(ClusterFlags),
    /// Put the log away.
    CloseLog,
    /// Look at a part of a fabric, or at the whole of it again.
    SetCamera(usize, StageCamera),
    /// The same, on an eased way.
    MoveCamera(usize, StageCamera),
    /// Move only what must move, and play nothing by itself; or no longer.
    ReduceMotion(bool),
    /// Select a link of a fabric as the way from one rank to another, both of which are shown.
    SelectPair(usize, Pair),
    /// Show where the figures of a fabric come from, or no longer.
    ShowSources(Option<usize>),
    /// Select a chip, a link or a PE, or nothing.
    Select(Option<Selection>),
    /// Make this the fabric that keys speak to.
    Activate(usize),
    /// Larger (or smaller) round the middle of the fabric that keys speak to; 0 for the whole of it.
    Closer(f32),
    /// Move what is seen of the fabric that keys speak to, as shares of its picture.
    Pan(glam::Vec2),
    /// Show the fabrics as maps, or who sends to whom.
    ShowMatrix(bool),
    /// Show utilisation now, or its mean since the start.
    Accumulate(bool),
    /// Show the critical path over stage and timeline.
    ShowPath(bool),
    /// Heat of one direction of a wafer's links only, or of the busiest.
    HeatOf(Option<Direction>),
    /// What the timeline shows of links.
    Timeline(TimelineShows),
    /// Show this span of the run on the timeline, or the whole of it.
    Span(Option<(Femtos, Femtos)>),
    /// Play this span over and over, or the whole run once.
    Loop(Option<(Femtos, Femtos)>),
    /// Let time pass backwards.
    PlayBackwards,
    /// Slow, cut, delay or mend something of a fabric.
    EditFault(usize, FaultPlace, FaultEdit),
    /// Take the last change back.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// No longer compare with the runs before the last change.
    ForgetBefore,
    /// Back to the scene as it was loaded.
    Reset,
    /// Change values by path.
    Set(Vec<Setting>),
    /// A change ([`Intent::Set`], [`Intent::EditFault`]) by a slider that is being dragged: all of it, until
    /// [`Intent::LetGo`], is one that can be taken back.
    Drag(Box<Intent>),
    /// The slider has been let go.
    LetGo,
    /// Let time pass.
    Play,
    /// Hold it.
    Pause,
    /// The other of the two.
    TogglePlay,
    /// Go to an instant of the slowest fabric's time.
    Seek(Femtos),
    /// Go to the next (`true`) or the previous event of any fabric.
    Step(bool),
    /// Simulated seconds per second on the screen.
    Speed(f64),
    /// Same or normalised clock.
    Mode(ClockMode),
    /// Show or hide both panels.
    TogglePanels,
    /// Dark or light.
    ToggleTheme,
    /// Heat in these colours.
    Colours(Palette),
    /// Show or hide the help.
    ToggleHelp,
    /// Show or hide the scene menu.
    ToggleScenes,
    /// The faults have been read.
    DismissDiagnostics,
    /// Put the scene on the clipboard.
    CopyScene,
    /// Save the scene to a file.
    SaveScene,
    /// Ask for a scene file.
    OpenDialog,
    /// Scale of the interface, 1 for the designed size.
    Zoom(f32),
    /// The whole screen, or a window again.
    ToggleFullScreen,
    /// Show or hide the sweep.
    ToggleSweep,
    /// Something of the sweep.
    Sweep(SweepIntent),
}

/// What can be wanted of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepIntent {
    /// Sweep this.
    Over(Subject),
    /// A curve for every algorithm of every fabric, or one for every fabric.
    Algorithms(bool),
    /// Draw this figure.
    Show(Quantity),
    /// Solve no more points; what is solved stays.
    Stop,
    /// Solve the points that are left.
    GoOn,
    /// Make the scene that of a point.
    Take(usize),
    /// Save the rows as CSV.
    SaveCsv,
    /// Save them as JSON.
    SaveJson,
}

/// What a window or a page must do for the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Put this on the clipboard.
    Copy(String),
    /// Offer this text for saving.
    Save {
        /// A name for the file.
        name: String,
        /// The RON text.
        text: String,
    },
    /// Ask for a scene file, and answer with [`Intent::Load`].
    AskForFile,
    /// Take the whole screen, or give it back.
    FullScreen,
}
