//! The program: without a command the app, with one the same engine on the command line.

fn main() -> std::process::ExitCode {
    #[cfg(not(target_arch = "wasm32"))]
    return fabricscope::cli::main(env!("FABRICSCOPE_VERSION"));

    #[cfg(target_arch = "wasm32")]
    {
        #[cfg(feature = "app")]
        fabricscope::app::run_in_page();
        std::process::ExitCode::SUCCESS
    }
}
