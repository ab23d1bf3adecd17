//! What keys and entries of the View menu do.

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAction {
    /// Play or pause.
    TogglePlay,
    /// Go to the next event of any fabric.
    NextEvent,
    /// Go to the previous event of any fabric.
    PreviousEvent,
    /// Go to time 0.
    GoToStart,
    /// Go to the end of the slowest run.
    GoToEnd,
    /// Play 1.5 times as fast.
    Faster,
    /// Play at 1 / 1.5 of the speed.
    Slower,
    /// Play at the speed that follows the length of the run.
    AutomaticSpeed,
    /// Let time run backwards.
    PlayBackwards,
    /// Let time run forwards.
    PlayForwards,
    /// The loop begins at the playhead.
    StartLoop,
    /// The loop ends at the playhead.
    EndLoop,
    /// No loop.
    ClearLoop,
    /// Switch between the same clock and the normalised clock.
    ToggleClock,
    /// Zoom in on the active fabric.
    ZoomIn,
    /// Zoom out of the active fabric.
    ZoomOut,
    /// Show all of the active fabric.
    WholeFabric,
    /// Pan the active fabric by a quarter of the picture.
    Pan(PanDirection),
    /// Make a fabric the active one, counted from 0.
    ActivateFabric(u8),
    /// Go to the bottleneck of the active fabric and select it.
    GoToBottleneck,
    /// Switch between the map and the traffic matrix.
    ToggleMatrix,
    /// Switch between utilisation now and its mean since the start.
    ToggleAccumulated,
    /// Show or hide the critical path.
    ToggleCriticalPath,
    /// Turn reduced motion on or off.
    ToggleReducedMotion,
    /// Undo the last change.
    Undo,
    /// Redo the change that was undone.
    Redo,
    /// Show or hide the side panels and the timeline.
    TogglePanels,
    /// Show or hide the sweep.
    ToggleSweep,
    /// Show or hide the window of scenes.
    ToggleScenes,
    /// Ask for a file and open it.
    OpenFile,
    /// Save the scene to a file.
    SaveScene,
    /// Restore the scene as it was loaded.
    ResetScene,
    /// Switch between the dark and the light theme.
    ToggleTheme,
    /// Switch between full screen and window.
    ToggleFullScreen,
    /// Enlarge the interface.
    LargerInterface,
    /// Reduce the size of the interface.
    SmallerInterface,
    /// Show the interface at its designed size.
    DesignedSize,
    /// Enter full screen without panels, and wait at time 0.
    Present,
    /// Make the screen black, or show the picture again.
    ToggleBlank,
    /// Make the screen white, or show the picture again.
    ToggleWhite,
    /// Show or hide the command palette.
    TogglePalette,
    /// Copy the scene to the clipboard.
    CopyScene,
    /// Copy a link to what is shown.
    CopyLink,
    /// Copy the HTML of a frame with what is shown.
    CopyEmbedCode,
    /// Show or hide the window of parameters, where side panels have no room.
    ToggleParameters,
    /// Show or hide the window of exports.
    ToggleExports,
    /// Show a link to this view as a QR code, or close it.
    ToggleQrCode,
    /// Stop comparing with the runs before the last change.
    ClearComparison,
    /// Show the sources of the figures of the active fabric.
    ShowSources,
    /// Show or hide the glossary.
    ToggleGlossary,
    /// Show or hide the help.
    ToggleHelp,
    /// Save the view as a beat of the user's own story.
    SaveBeat,
    /// Save the view as a step of the user's own lesson.
    SaveStep,
    /// Of a lesson: an option of the question by its place on the screen, from 0.
    Choose(u8),
    /// Of a lesson: what comes next. A question is answered first.
    GoOn,
    /// Of a story: what plays to its end, else the next beat.
    NextBeat,
    /// Of a story: the beat before.
    PreviousBeat,
    /// Of a story: start from the first beat.
    FirstBeat,
    /// Of a story: the last beat.
    LastBeat,
    /// Of a story: play the open beat from its start.
    PlayBeat,
    /// Of a story: the open beat as it stands at its end, without changes of the scene.
    BackToBeat,
    /// Of a story: a digit of the number of a beat.
    BeatDigit(u8),
    /// Of a story: go to the beat whose number was typed.
    GoToTypedBeat,
    /// Of a story: show or hide the notes of the speaker on the stage.
    ToggleNotes,
    /// Of a story: open or close the view of the speaker beside the stage.
    ToggleSpeaker,
    /// Of a story: show or hide the caption.
    ToggleCaption,
    /// Of a story: light the surroundings of the pointer alone.
    ToggleSpotlight,
    /// Of a story: put a dot in the place of the pointer.
    ToggleDot,
    /// Of a story: show or hide the list of all beats.
    ToggleOverview,
    /// Close the window on top, else deselect, else leave full screen, else close the sweep or the log.
    Close,
}

impl KeyAction {
    /// Whether a page takes its Control key from the browser.
    pub fn is_for_pages(self) -> bool {
        matches!(self, KeyAction::Undo | KeyAction::Redo | KeyAction::TogglePalette)
    }

    /// Whether a key of the workbench keeps its action while a story is presented. What opens windows or other scenes does
    /// not: a wrong key never takes the picture away.
    pub fn is_for_stage(self) -> bool {
        use KeyAction::{
            Close, DesignedSize, Faster, LargerInterface, Pan, Redo, Slower, SmallerInterface, ToggleAccumulated,
            ToggleBlank, ToggleCriticalPath, ToggleFullScreen, ToggleHelp, ToggleMatrix, TogglePanels, TogglePlay,
            ToggleReducedMotion, ToggleTheme, Undo, WholeFabric, ZoomOut,
        };
        matches!(
            self,
            Close
                | DesignedSize
                | Faster
                | LargerInterface
                | Pan(_)
                | Redo
                | Slower
                | SmallerInterface
                | ToggleAccumulated
                | ToggleBlank
                | ToggleCriticalPath
                | ToggleFullScreen
                | ToggleHelp
                | ToggleMatrix
                | TogglePanels
                | TogglePlay
                | ToggleReducedMotion
                | ToggleTheme
                | Undo
                | WholeFabric
                | ZoomOut
        )
    }

    /// Whether the action repeats while the key is held down. Toggles would flicker.
    pub fn repeats(self) -> bool {
        use KeyAction::{
            Faster, LargerInterface, NextEvent, Pan, PreviousEvent, Slower, SmallerInterface, WholeFabric, ZoomIn,
            ZoomOut,
        };
        matches!(
            self,
            NextEvent
                | PreviousEvent
                | Faster
                | Slower
                | ZoomIn
                | ZoomOut
                | WholeFabric
                | Pan(_)
                | LargerInterface
                | SmallerInterface
        )
    }
}

/// Where the camera goes when it pans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanDirection {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}
