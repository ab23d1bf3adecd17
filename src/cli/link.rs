//! `link`: a scene as the fragment of an address.

use std::path::PathBuf;

use super::error::CommandError;
use super::output::print;
use super::scene_input::{load, setting};
use crate::catalog::Catalog;
use crate::scene::Setting;
use crate::session::link_to;

/// Arguments of `link`.
#[derive(Debug, clap::Args)]
pub struct LinkArguments {
    /// Scene file, another link, or name of a bundled scene
    scene: PathBuf,
    /// Set a value of the scene by its path: workload.message=64MiB
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
    settings: Vec<Setting>,
    /// Address of the page that the link is for
    #[arg(long, value_name = "URL", default_value = "")]
    page: String,
}

/// Prints a link that opens the scene with its settings: in the page at `--page`, or with `fabricscope open`.
///
/// # Errors
/// A scene that is rejected.
pub(super) fn link(arguments: &LinkArguments) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let document = load(&arguments.scene, &arguments.settings, &catalog)?;
    let page = arguments.page.split('#').next().unwrap_or_default();
    print(&format!("{page}#{}\n", link_to(&arguments.scene.display().to_string(), &document, &catalog)))
}
