//! Chakra execution traces.
//!
//! | file | contents |
//! |---|---|
//! | `wire` | protobuf: numbers, fields and messages with their place |
//! | `node` | nodes of both forms |
//! | `protobuf`, `json` | the two forms of a file |
//! | `graph` | the operations of a trace with their dependencies |
//! | `import` | a sequence from them |

mod graph;
pub(super) mod import;
pub(super) mod json;
mod node;
pub(super) mod protobuf;
mod wire;
