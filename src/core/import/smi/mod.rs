//! What `nvidia-smi` prints about links.
//!
//! | file | contents |
//! |---|---|
//! | `cells` | a matrix as it is pasted, line by line |
//! | `topo_matrix` | `nvidia-smi topo -m` |
//! | `topo_links` | what its cells say about NVLink |
//! | `nvlink_status` | `nvidia-smi nvlink -s` |
//! | `devices` | names of GPUs in the same text |

pub(super) mod cells;
pub(super) mod devices;
pub(super) mod nvlink_status;
pub(super) mod topo_links;
pub(super) mod topo_matrix;
