//! How long solving and drawing take, and the memory that they ask for. Prints tables; asserts nothing.
//!
//! `cargo bench --no-default-features --bench speed` for all of it, with ` -- solve`, ` -- scaling`, ` -- curves`,
//! ` -- sweep`, ` -- explain`, ` -- draw` or ` -- large` for a part, ` -- --list` for the names. Below divan's table
//! stand the ratios that the project holds itself against.
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that cannot begin has nothing to measure")]

mod cases;
mod curves;
mod draw;
mod explain;
mod large;
mod ratios;
mod scaling;
mod solve;
mod sweep;

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
    ratios::print();
}
