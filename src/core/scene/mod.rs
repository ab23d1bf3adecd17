//! Scenes: a workload, the fabrics and their algorithms, from a RON file to checked values.
//!
//! | file | contents |
//! |---|---|
//! | `schema` | the file as it is written |
//! | `training` | a training run as the workload of a checked scene |
//! | `training_choices` | the values of a training scene that sliders offer |
//! | `training_schema` | its parts about training, as they are written |
//! | `parse` | limits, syntax, types, meaning, in this order |
//! | `document`, `resolved_scene` | a checked scene with its file, and its meaning |
//! | `fabric_scene`, `fabric_kind` | a fabric of a checked scene, and its kind |
//! | `limits`, `letter` | most ranks and fabrics; the letters A, B, C ... of fabrics |
//! | `fabric_labels` | labels of fabrics that tell them apart |
//! | `spans`, `position` | the span of every value; lines and columns |
//! | `syntax_error` | errors of syntax and type in the words of a scene |
//! | `diagnostic` | errors with their place and the accepted values |
//! | `algorithm` | algorithms by id, and which fit where |
//! | `resolve` | from names and texts to machines and quantities |
//! | `free_topology` | machines with free figures, by topology |
//! | `degradation` | slow, broken and late hardware of a fabric, and the fabric without them |
//! | `fault_edit` | one link or chip slowed, cut, delayed or mended |
//! | `text_update` | title, claim and names after a change |
//! | `fabric_list` | fabrics added, copied, removed and renamed |
//! | `fabric_change` | the degradations that a changed fabric keeps |
//! | `hardware_words` | the words by which texts call hardware |
//! | `machine_change` | another machine, layout, timing or network of a fabric |
//! | `collective_change` | another operation of the workload |
//! | `ruling` | the verdict on a claim in one word |
//! | `replica_choices` | numbers of replicas and nodes that all fabrics accept |
//! | `named_choice` | timings and layouts by their words in a scene |
//! | `value_reader` | a scene file from changed values |
//! | `edit` | changing one value by its path, and writing a scene back |
//! | `packed` | a scene as the characters of a link |
//! | `presets` | the scenes that come with the program |

mod algorithm;
mod collective_change;
mod degradation;
mod diagnostic;
mod document;
mod edit;
mod fabric_change;
mod fabric_kind;
mod fabric_labels;
mod fabric_list;
mod fabric_scene;
mod fault_edit;
mod free_topology;
mod hardware_words;
mod letter;
mod limits;
mod machine_change;
mod named_choice;
mod packed;
mod parse;
mod position;
mod presets;
mod replica_choices;
mod resolve;
mod resolved_scene;
mod ruling;
mod schema;
mod spans;
mod syntax_error;
mod text_update;
mod training;
mod training_choices;
mod training_schema;
mod value_reader;

pub use crate::collective::{ChipAlgorithm, Collective, OperationWork, PerPeAlgorithm, Sequence, SequenceOperation};
pub(crate) use algorithm::with_algorithm;
pub use algorithm::{AUTO, NCCL_TABLE, choices};
pub use degradation::Degradation;
pub use diagnostic::{Diagnostic, Diagnostics, Listed, did_you_mean};
pub use document::SceneDocument;
pub use edit::{EditError, Setting};
pub use fabric_change::FabricChange;
pub use fabric_kind::{ChipFabric, ChipMachine, FabricKind, WaferFabric, WaferLayout, WafersFabric};
pub use fabric_labels::{Distinguish, fabric_labels};
pub use fabric_list::FabricEdit;
pub use fabric_scene::{FabricScene, FigureGroup, Traffic};
pub use fault_edit::{FaultEdit, FaultPlace};
pub use free_topology::FreeTopology;
pub use letter::letter;
pub use limits::{MAX_FABRICS, MAX_RANKS};
pub use named_choice::{LayoutChoice, TimingChoice};
pub use packed::{UnpackError, unpack};
pub(crate) use parse::check_document;
pub use parse::{MAX_SCENE_BYTES, decode, locate, parse_scene};
#[cfg(not(target_arch = "wasm32"))]
pub use parse::{read_scene, read_text};
#[cfg(not(target_arch = "wasm32"))]
pub use presets::bundled_scene;
pub use presets::{BUNDLED, BundledScene, CLAIMS, TRAINING_CLAIMS, TRAINING_RUNS, first_group, first_look, menu};
pub use replica_choices::ReplicaChoices;
pub use resolve::{Accepted, Decision, Measure, TrainingFigure};
pub use resolved_scene::{ClockMode, Scene};
pub use ruling::Ruling;
pub use schema::{
    DecideFile, FabricFile, FaultFile, GraphFile, GraphLinkFile, OperationFile, ParamsFile, SceneFile, TrafficFile,
    VERSION, ViewFile, WorkloadFile,
};
pub use spans::MAX_NESTING;
pub(crate) use syntax_error::explain_field;
pub use training::{FabricTraining, TrainingScene};
pub use training_choices::{OfferedValue, TrainingSetting, TrainingSlider};
pub use training_schema::{ModelFile, ParallelFile, ShapeFile, TrainingFile};
