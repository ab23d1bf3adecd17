//! Tells a release of the program the commit that it is built from: `fabricscope --version` prints it.
//!
//! Without Git, as in an archive of the source, the version stands alone.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "this runs where the program is built, never in a page"
)]

use std::path::Path;
use std::process::Command;

fn main() {
    let version = env!("CARGO_PKG_VERSION");
    // A page has no command line. There, and while somebody develops, a new commit alone must not build everything again.
    let on_a_system = ["CARGO_CFG_UNIX", "CARGO_CFG_WINDOWS"].iter().any(|name| std::env::var_os(name).is_some());
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    match (on_a_system && is_release).then(commit).flatten() {
        Some(commit) => println!("cargo::rustc-env=FABRICSCOPE_VERSION={version} ({commit})"),
        None => println!("cargo::rustc-env=FABRICSCOPE_VERSION={version}"),
    }
    println!("cargo::rerun-if-changed=build.rs");
}

/// The short hash of the commit. Runs again when another commit is checked out or made.
fn commit() -> Option<String> {
    let directory = git(&["rev-parse", "--absolute-git-dir"])?;
    let head = Path::new(&directory).join("HEAD");
    println!("cargo::rerun-if-changed={}", head.display());
    // None where no branch is checked out.
    if let Some(branch) = git(&["symbolic-ref", "--quiet", "HEAD"])
        && let Some(file) = git(&["rev-parse", "--path-format=absolute", "--git-path", &branch])
        // A packed branch has no file of its own until its next commit.
        && Path::new(&file).exists()
    {
        println!("cargo::rerun-if-changed={file}");
    }
    git(&["rev-parse", "--short=9", "HEAD"])
}

/// The first line that Git prints, if it can.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned).filter(|line| !line.is_empty())
}
