//! The program under test.

use std::path::Path;
use std::process::Command;

/// The folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, about to start in the folder of the repository.
pub fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fabricscope"));
    program.current_dir(root());
    program
}
