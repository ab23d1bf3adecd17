//! Tells the program the commit that it is built from: `fabricscope --version` prints it.
//!
//! Without Git, as in an archive of the source, the version stands alone.

use std::path::Path;
use std::process::Command;

fn main() {
    let version = env!("CARGO_PKG_VERSION");
    // The page has no command line: a new commit alone must not link it again.
    let in_page = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    let commit = if in_page { None } else { commit() };
    match commit {
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
    if let Some(branch) = git(&["rev-parse", "--symbolic-full-name", "HEAD"]).filter(|name| name != "HEAD")
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
