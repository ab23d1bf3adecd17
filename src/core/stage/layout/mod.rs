//! Layouts by topology: where chips and links are, as detailed as the zoom allows.
//!
//! Positions are the same at every zoom; zooming in only adds detail. Chips that are too small on the screen are drawn as
//! one box, links as one line; chips outside the picture are left out. A layout therefore never holds more than
//! [`MAX_CHIPS`] chips and [`MAX_LINKS`] links, however large the fabric is.
//!
//! | file | contents |
//! |---|---|
//! | `fabric` | builds a layout, by topology |
//! | `builder` | adds chips, lines and captions, limits |
//! | `target` | what the camera can be moved to |
//! | `switched` | GPUs around the switches of their machine |
//! | `cluster`, `cluster_plan` | nodes, rails, leaf and spine; the plan holds all positions |
//! | `chip_grid` | meshes and tori |
//! | `torus` | tori of three axes |
//! | `full_mesh` | chips with a direct link between every two |
//! | `graph` | graphs |
//! | `wafer_tree` | wafers below their tree |
//! | `wafer` | the dies of one wafer |

mod builder;
mod chip_grid;
mod cluster;
mod cluster_plan;
mod fabric;
mod full_mesh;
mod graph;
mod switched;
mod target;
#[cfg(test)]
mod tests;
mod torus;
mod wafer;
mod wafer_tree;

pub use builder::{MAX_CHIPS, MAX_LINKS};
pub(crate) use target::CameraTarget;
pub(crate) use wafer::die_lines;
