//! Imports: files of other tools as scenes, with a report of what was read, guessed and left out.
//!
//! What a file is, its content decides and never its name. Every reader has limits that it checks before it uses memory, and
//! an error names the place in the file. Nothing that may be a person's own (hosts, users, paths, addresses) gets into a scene
//! or a report.
//!
//! | file | contents |
//! |---|---|
//! | `front_door`, `json_form`, `recognised` | what a file is, and its reader |
//! | `source` | bytes from a file or a text, inflated, within limits |
//! | `plain_text` | a text without what terminals and web pages add |
//! | `form` | the forms that are told apart |
//! | `imported`, `report`, `error` | the result, and why there is none |
//! | `machine`, `gpu_model`, `islands` | from what a file says about a machine to a fabric |
//! | `rings` | a ring in the order of a file |
//! | `smi` | `nvidia-smi` |
//! | `xml` | NCCL's XML |
//! | `nccl_debug` | NCCL's logs |
//! | `operations` | collectives of a file as a sequence |
//! | `json` | PyTorch profiler, NCCL Inspector |
//! | `chakra`, `astra` | files of simulators |

mod astra;
mod chakra;
mod error;
mod form;
mod front_door;
mod gpu_model;
mod imported;
mod islands;
mod json;
mod json_form;
mod machine;
mod nccl_debug;
mod operations;
mod plain_text;
mod recognised;
mod report;
mod rings;
mod smi;
mod source;
mod xml;

pub use error::{ImportError, Place};
pub use form::{Form, Unsupported};
#[cfg(not(target_arch = "wasm32"))]
pub use front_door::{head_of_file, import_file};
pub use front_door::{import, recognise};
pub use imported::Imported;
pub use machine::NvLinks;
pub use recognised::Recognised;
pub use report::{Finding, ImportReport};
pub use smi::nvlink_status::GpuLinks;
pub use smi::topo_matrix::TopoMatrix;
pub use xml::graph::{NcclGraph, Pattern};
pub use xml::topology::{Nearness, Pcie, TopologyXml, XmlGpu, XmlLink, XmlNic};
