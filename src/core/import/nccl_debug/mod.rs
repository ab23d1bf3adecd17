//! Logs of `NCCL_DEBUG=INFO`.
//!
//! | file | contents |
//! |---|---|
//! | `line` | the part of a line that NCCL wrote, and numbers in it |
//! | `connection` | rings and connections between ranks |
//! | `facts` | all that is read, line by line |
//! | `writers` | hosts and communicators by the process that wrote a line |
//! | `machine` | the machine of the catalog that it fits |
//! | `import` | a scene from it |

pub(super) mod connection;
pub(super) mod facts;
pub(super) mod import;
pub(super) mod line;
mod machine;
mod writers;
