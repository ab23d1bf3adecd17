//! The arguments of `fabricscope render`.

use std::path::PathBuf;

use crate::fabric::Direction;
use crate::scene::{ClockMode, Setting};
use crate::session::{Intent, SweepIntent};
use crate::stage::TimelineShows;
use crate::style::Palette;

/// The arguments of `render`.
#[derive(Clone, Debug, clap::Args)]
pub struct RenderArguments {
    /// Camera: number of the fabric, centre as shares of the picture, and magnification.
    #[arg(long = "look", value_name = "FABRIC:X,Y,SCALE")]
    pub camera: Option<String>,
    /// Select a chip, link or PE by name; `binding` goes to the bottleneck.
    #[arg(long, value_name = "FABRIC:NAME")]
    pub select: Option<String>,
    /// Options of the picture.
    #[arg(long, value_name = "OPTION", value_delimiter = ',', value_enum)]
    pub show: Vec<Shown>,
    /// Open a log of nccl-tests, with its cluster on the stage.
    #[arg(long, value_name = "LOG")]
    pub log: Option<PathBuf>,
    /// A scene file, or the name of a bundled scene.
    pub scene: PathBuf,
    /// The instant, as 120us or 50% of the slowest fabric; of a training run as 54d+3h+2.5s or 34%.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, required_unless_present_any = ["from", "dive"], conflicts_with_all = ["from", "to", "fps"])]
    pub at: Option<String>,
    /// The part of a training run around the instant, as 14s or 2ms; the whole run by default.
    #[arg(long, value_name = "TIME", requires = "at")]
    pub window: Option<String>,
    /// Film of a training run in one take: from all its days to a link of one collective of this fabric, from 0.
    #[arg(long, value_name = "FABRIC", conflicts_with_all = ["at", "from", "to", "measure"])]
    pub dive: Option<usize>,
    /// First instant of a film.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, requires = "to")]
    pub from: Option<String>,
    /// Last instant of a film.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, requires = "from")]
    pub to: Option<String>,
    /// Pictures per second of a film, in which the slowest fabric takes 12 seconds.
    #[arg(long, default_value_t = 30)]
    pub fps: u32,
    /// The picture (.png), or a folder for the pictures of a film.
    #[arg(short, long, value_name = "FILE.png or DIR", required_unless_present_any = ["measure", "film"])]
    pub output: Option<PathBuf>,
    /// A film as one file that plays in browsers: animated PNG.
    #[arg(long, value_name = "FILE.apng", conflicts_with_all = ["at", "output", "measure"])]
    pub film: Option<PathBuf>,
    /// For developers: run this many frames from the instant on, and print the cost of drawing and its limits as JSON.
    #[arg(long, hide = true, value_name = "FRAMES", conflicts_with_all = ["from", "output"])]
    pub measure: Option<u32>,
    /// For developers: what happens in each measured frame.
    #[arg(long, hide = true, value_enum, default_value_t = Activity::Play, requires = "measure")]
    pub during: Activity,
    /// For developers: while measuring, draw at least this many packets of each fabric.
    #[arg(long, hide = true, value_name = "COUNT", requires = "measure")]
    pub packets: Option<usize>,
    /// Width and height in pixels.
    #[arg(long, default_value = "1920x1080")]
    pub size: String,
    /// Pixels per point; 2 suits high-density screens.
    #[arg(long, default_value_t = 1.0)]
    pub scale: f32,
    /// Show the stage only.
    #[arg(long)]
    pub no_panels: bool,
    /// Nothing behind the stage: pixels without anything on them are transparent.
    #[arg(long, conflicts_with = "measure")]
    pub transparent: bool,
    /// Theme: dark, light or bright-room.
    #[arg(long, default_value = "dark")]
    pub theme: String,
    /// Change a value of the scene, given by its path.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = Setting::parse)]
    pub settings: Vec<Setting>,
}

/// What happens while the cost of drawing is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Activity {
    /// The clock plays.
    #[default]
    Play,
    /// The clock stands, and the pointer moves over the stage.
    Point,
    /// The slider of the message size, or of the batch of a training run, is dragged.
    Drag,
    /// All of these, one after another, and then nothing.
    All,
}

/// An option of the picture that differs from the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shown {
    /// Traffic matrix in place of the fabrics.
    Matrix,
    /// Mean utilisation since the start in place of the current one.
    SinceStart,
    /// Heat of a wafer's links to the east only.
    East,
    /// Heat of a wafer's links to the west only.
    West,
    /// Heat of a wafer's links to the north only.
    North,
    /// Heat of a wafer's links to the south only.
    South,
    /// Critical path.
    Path,
    /// Cividis palette: dark blue to yellow.
    Cividis,
    /// Viridis palette: violet, green, yellow.
    Viridis,
    /// Inferno palette: black, red, pale yellow.
    Inferno,
    /// Link heatmap with the maximum of grouped links, not their mean.
    Busiest,
    /// Class utilisation on the timeline.
    Classes,
    /// Normalised clock.
    Normalised,
    /// Comparison with the scene before `--set`.
    Before,
    /// Sweep over the message size.
    Sweep,
    /// Sweep with a curve for each algorithm.
    Algorithms,
    /// Keyboard help.
    Help,
    /// Scene menu.
    Scenes,
}

impl Shown {
    /// The intent that switches the option on. `None` for an option that acts before the session is shown.
    pub(super) fn intent(self) -> Option<Intent> {
        Some(match self {
            Shown::Matrix => Intent::ShowMatrix(true),
            Shown::Cividis => Intent::SetPalette(Palette::Cividis),
            Shown::Viridis => Intent::SetPalette(Palette::Viridis),
            Shown::Inferno => Intent::SetPalette(Palette::Inferno),
            Shown::Path => Intent::ShowPath(true),
            Shown::East => Intent::SetHeatDirection(Some(Direction::East)),
            Shown::West => Intent::SetHeatDirection(Some(Direction::West)),
            Shown::North => Intent::SetHeatDirection(Some(Direction::North)),
            Shown::South => Intent::SetHeatDirection(Some(Direction::South)),
            Shown::SinceStart => Intent::Accumulate(true),
            Shown::Busiest => Intent::SetTimeline(TimelineShows::BusiestLinks),
            Shown::Classes => Intent::SetTimeline(TimelineShows::Classes),
            Shown::Normalised => Intent::SetClockMode(ClockMode::Normalised),
            Shown::Before => return None,
            Shown::Sweep => Intent::ToggleSweep,
            Shown::Algorithms => Intent::Sweep(SweepIntent::SplitByAlgorithm(true)),
            Shown::Help => Intent::ToggleHelp,
            Shown::Scenes => Intent::ToggleScenes,
        })
    }
}
