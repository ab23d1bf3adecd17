//! The panels: functions from an egui `Ui` and a [`Model`] to intents. They read the session and never change it; they
//! do not know Bevy.
//!
//! | file | holds |
//! |---|---|
//! | `panels` | the arrangement of all panels in a window |
//! | `frozen` | parts that are painted from their last shapes while nothing changes |
//! | `model` | what panels read |
//! | `text` | all labels, tooltips and sentences, panel by panel |
//! | `keys`, `key_action`, `key_table`, `key_intents`, `presenter_keys`, `lesson_keys` | the one table of actions with their keys, and what each does |
//! | `tab_order` | where the focus stands in the order of Tab |
//! | `label` | name and tooltip of a control |
//! | `style` | theme tokens as egui style, fonts |
//! | `widgets` | sliders, rows, choices and windows that all panels share |
//! | `top_bar`, `view_menu` | title, transport, clock, menus |
//! | `parameters` | left: workload, machine, algorithm and figures of each fabric |
//! | `view_controls` | below them: what the stage shows |
//! | `results`, `why` | right: figures and notes; where the time goes and what would change it |
//! | `claim` | the claim of a scene: stamp, bars with the limit, sentences |
//! | `training` | a training run: its axis from months to nanoseconds, its chips, its figures |
//! | `previous_run` | the run before the last change |
//! | `result_line`, `summary` | the results in a line and in words |
//! | `hero` | the hero line: how much faster, in one number |
//! | `stage_mode` | the layout for an audience: title, stage, hero line, in large type |
//! | `first_start` | the first start: question, outcome, reason, three ways to go on |
//! | `inspector` | the selected chip, link or PE |
//! | `timeline` | below: link heatmap, class utilisation, phases, loop, playhead |
//! | `link_heatmap` | its heatmaps as textures |
//! | `sweep` | in its place: a sweep over a setting of the scene |
//! | `stage_pointer` | the pointer on the stage |
//! | `labels`, `routers` | text on the stage |
//! | `matrix`, `minimap` | the traffic matrix; the whole of an enlarged fabric |
//! | `controls_mirror` | all controls as a list, for a page |
//! | `story` | the beat of a story: caption, hero figure, notes of the speaker |
//! | `blank` | the black screen of a pause in a talk |
//! | `lesson` | the course and the open step of a lesson |
//! | `editor` | the editor of the user's own lesson or story |
//! | `paste` | pasted texts |
//! | `windows`, `measured_log` | scenes, errors, help, sources, the command palette; the panel of a log |

mod blank;
mod claim;
mod controls_mirror;
mod editor;
mod fabric_tabs;
mod first_start;
mod frozen;
mod hero;
mod inspector;
mod key_action;
mod key_intents;
mod key_table;
mod keys;
mod label;
mod labels;
mod lesson;
mod lesson_keys;
mod link_heatmap;
mod matrix;
mod measured_log;
mod minimap;
mod model;
mod panels;
mod parameters;
mod paste;
mod presenter_keys;
mod previous_run;
mod result_line;
mod results;
mod routers;
mod stage_mode;
mod stage_pointer;
mod story;
mod style;
mod summary;
mod sweep;
mod tab_order;
mod text;
mod timeline;
mod top_bar;
mod training;
mod view_controls;
mod view_menu;
mod why;
mod widgets;
mod windows;

pub use controls_mirror::{ControlsMirror, MirroredControl, controls_mirror};
pub use frozen::PanelStamp;
pub use key_action::{KeyAction, PanDirection};
pub use key_intents::{KeyContext, action_for};
pub use key_table::{KEYS, KeyGroup, KeyLine, LineSummary, Shortcut, shortcut_for, shortcuts};
pub use keys::{Key, KeyPress, Modifier};
pub use lesson_keys::LEARNING;
pub use link_heatmap::HeatmapTextures;
pub use model::Model;
pub use panels::panels;
pub use presenter_keys::{PRESENTING, is_talk_key};
pub use stage_mode::interface_zoom;
pub use story::{SpeakerStills, speaker_ui};
pub use style::{fonts, style};
pub use summary::{Summary, summary};
pub use tab_order::{TabPlace, tab_place};
