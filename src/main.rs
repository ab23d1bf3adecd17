//! The program: without a command the app, with one the same engine on the command line.

fn main() -> std::process::ExitCode {
    #[cfg(all(feature = "cli", not(target_arch = "wasm32")))]
    return fabricscope::cli::main();

    #[cfg(not(all(feature = "cli", not(target_arch = "wasm32"))))]
    std::process::ExitCode::SUCCESS
}
