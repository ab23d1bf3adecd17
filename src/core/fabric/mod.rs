//! Fabrics: directed links with capacity and latency, named by small integers.
//!
//! Regular topologies store no links: the position and the class of a link follow from its id. A short list holds the
//! links that are slow or down.
//!
//! | file | contents |
//! |---|---|
//! | `kinds` | the list of all kinds of topology |
//! | `topology` | what every kind provides |
//! | `switch` | GPUs around one switch |
//! | `cluster` | NVLink domains joined by rails of leaf and spine switches |
//! | `wafer_mesh` | the PEs of a wafer |
//! | `wafer_tree` | wafers joined by a SwarmX tree |
//! | `chip_grid` | chips in a mesh or a torus |
//! | `torus` | chips in a torus of up to three axes that may differ |
//! | `chip_axes` | what meshes and tori have in common |
//! | `full_mesh` | chips with a direct link between every two |
//! | `graph` | links one by one |
//! | `degraded` | a topology with slow and broken links and rate caps |
//! | `names` | the names of links and ranks, written and parsed |
//! | `interconnect` | what joins the GPUs of a node: words, and names of links |
//! | `same_link` | a link in another topology |
//! | `detour`, `shortest_path` | shortest paths over links that are up |
//! | `link`, `link_class`, `link_run`, `rate_cap`, `direction` | parts of the above |

mod chip_axes;
mod chip_grid;
mod cluster;
mod degraded;
mod detour;
mod direction;
mod full_mesh;
mod graph;
mod interconnect;
mod kinds;
mod link;
mod link_class;
mod link_run;
mod names;
mod rate_cap;
mod same_link;
mod shortest_path;
mod switch;
mod topology;
mod torus;
mod wafer_mesh;
mod wafer_tree;

pub use chip_axes::{ChipAxes, ChipAxis};
pub use chip_grid::Grid;
pub use cluster::Cluster;
pub use degraded::Fabric;
pub use detour::{detour, shortest};
pub use direction::Direction;
pub use full_mesh::FullMesh;
pub use graph::{Graph, GraphLink};
pub use interconnect::NodeInterconnect;
pub use kinds::Topology;
pub use link::{LinkFigures, LinkId, LinkMode, LinkSpec};
pub use link_class::LinkClass;
pub use link_run::{LinkRun, Path};
pub use names::{LinkName, RankNames, RankNoun, RankNumbers, ascii_name, same_name};
pub use rate_cap::RateCapReason;
pub use switch::Switch;
pub use topology::{Node, TopologyKind};
pub use torus::{Torus, TorusAxis, TorusDirection};
pub use wafer_mesh::Mesh;
pub use wafer_tree::WaferCluster;
