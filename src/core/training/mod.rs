//! Training: one step of a training job as a timeline of compute and of collectives that the engine plays, and the run that it
//! is repeated for.
//!
//! | file | contents |
//! |---|---|
//! | `calls` | the distinct collectives of a step, each played once on a slice of the fabric |
//! | `groups` | how ranks of a group lie in the domains of a cluster |
//! | `tasks`, `waits` | what timelines are made of |
//! | `layer` | one layer of a microbatch: what of its collectives is exposed |
//! | `stages`, `order`, `pipeline` | layers of a stage, the order of its passes, and the pipeline played |
//! | `steady` | long steps, whose steady state is played once |
//! | `gpu_step` | a step on a GPU cluster |
//! | `wafer_step` | a step on wafers |
//! | `step` | the step and where its time goes |
//! | `runs_table`, `predict` | tables of measured steps, and the model beside them |
//! | `run` | days, energy and cost, with their ranges |
//! | `solve`, `result` | the runs of a scene |
//! | `training_sweep` | the runs of a scene for every value of a setting |
//! | `uncertain` | inputs that are not known well |
//! | `matching` | how many wafers match a cluster of GPUs |
//! | `sentences` | a run and a verdict in words |
//! | `schedule` | when the steps of a run are, and when it is interrupted |
//! | `picture` | a step as rows of spans in a window of time |
//! | `run_rows` | a run as rows of spans in a window of time |
//! | `find_call` | the longest collective near an instant of a run |
//! | `waterfall` | the days of a run, from compute at the peak on |
//! | `instant` | what every stream does at an instant of a step |
//! | `error` | why there is no step |

mod calls;
mod error;
mod find_call;
mod gpu_step;
mod groups;
mod instant;
mod layer;
mod matching;
mod order;
mod picture;
mod pipeline;
mod predict;
mod result;
mod run;
mod run_rows;
mod runs_table;
mod schedule;
mod sentences;
mod solve;
mod stages;
mod steady;
mod step;
mod tasks;
#[cfg(test)]
mod tests;
mod training_sweep;
mod uncertain;
mod wafer_step;
mod waits;
mod waterfall;

pub use calls::{ALL_NICS, Call, CallTime, Calls, KnownCalls};
pub use error::StepError;
pub use find_call::FoundCall;
pub use gpu_step::gpu_step;
pub use instant::RunningTask;
pub use layer::{LayerParts, LayerTimeline};
pub use matching::{Match, Same, matches};
pub use picture::{Doing, Mix, Row, Span, SpanKind, StepPicture};
pub use predict::Predictor;
pub use result::{TrainingResults, solve_training, solve_training_with};
pub use run::{RunFigures, Spread};
pub use run_rows::{RunLevel, RunRows, RunSpan};
pub use runs_table::{MeasuredRun, RowProblem, RunsTable, is_runs_table, read_runs_table};
pub use schedule::{Moment, RunSchedule, RunTime, Stretch, StretchKind};
pub use sentences::{days_in_digits, figure_ratio, saved_sentence, training_figure, training_ruling, training_verdict};
pub use solve::{TrainingRun, step_at, training_run};
pub use step::{Repeat, Step, StepPart, StepParts, StepTimeline};
pub use tasks::{Lane, LayerTask, LayerTaskKind, StepTask, StepTaskKind};
pub use training_sweep::{PointOfRuns, TrainingSweep};
pub use uncertain::{InputKind, UncertainInput};
pub use wafer_step::wafer_step;
pub use waits::{Wait, WaitCause};
pub use waterfall::{WaterfallBar, WaterfallPart, perfect_days, waterfall};
