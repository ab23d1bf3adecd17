//! The program: without a command the app, with one the same engine on the command line.

fn main() -> std::process::ExitCode {
    #[cfg(all(feature = "cli", not(target_arch = "wasm32")))]
    return fabricscope::cli::main(env!("FABRICSCOPE_VERSION"));

    #[cfg(not(all(feature = "cli", not(target_arch = "wasm32"))))]
    {
        #[cfg(all(feature = "app", target_arch = "wasm32"))]
        fabricscope::app::run_in_page();
        std::process::ExitCode::SUCCESS
    }
}
