//! Names of chips and switches, and the share of the sum that they hold.

use egui::{Align2, Painter, vec2};

use crate::fabric::Topology;
use crate::sample::{FabricFrame, FabricView};
use crate::scene::{ChipAlgorithm, FabricKind};
use crate::solve::FabricRun;
use crate::stage::{ChipKind, ChipPlace};
use crate::style::Theme;
use crate::ui::style::{colour, heading_font, number_font, text_font, to_pos};
use crate::ui::text::labels as text;

/// From this width on, points, a chip has room for larger type.
const ROOMY: f32 = 76.0;
/// Smaller chips have no label, points.
const MIN_SIZE: egui::Vec2 = vec2(11.0, 12.0);
/// Width of a digit, points.
const DIGIT: f32 = 7.0;

/// The two lines of a label.
struct ChipLabel {
    name: String,
    /// The share of the sum, or what a switch does; empty for none.
    below: String,
}

/// Paints the labels of all chips that are large enough.
pub(super) fn paint_chips(painter: &Painter, theme: &Theme, run: &FabricRun, view: &FabricView, frame: &FabricFrame) {
    let adds = matches!(&run.scene.kind, FabricKind::Chips(fabric)
        if matches!(fabric.algorithm, ChipAlgorithm::Nvls | ChipAlgorithm::NvlsTree));
    let role = if adds { text::ADDS_AND_COPIES } else { text::FORWARDS };
    // Either all ranks have room for their numbers, or none shows its number.
    let ranks = view.layout.chips.iter().filter(|chip| chip.kind.is_rank());
    let digits = ranks.map(|chip| chip.index).max().unwrap_or(0).max(1).ilog10() + 1;
    let switches = view.layout.chips.iter().filter(|chip| chip.kind == ChipKind::Switch).count();
    for (chip, fill) in view.layout.chips.iter().zip(&frame.fills) {
        let size = chip.rect.size();
        let roomy = size.x >= ROOMY;
        let center = to_pos(chip.rect.center());
        if chip.kind == ChipKind::Die || size.x < MIN_SIZE.x || size.y < MIN_SIZE.y {
            continue;
        }
        let Some(ChipLabel { name, below }) = label_of(chip, *fill, run, role, switches) else { continue };
        // A low bar shows its name only, a small chip its number only, a tiny chip nothing.
        let low = size.y < if chip.kind.holds() { 32.0 } else { 38.0 };
        let long =
            painter.layout_no_wrap(name.clone(), heading_font(Theme::TYPE[0]), colour(theme.text)).size().x + 8.0;
        if size.x < long || (low && chip.kind.holds()) {
            let single = matches!(chip.kind, ChipKind::Leaf | ChipKind::Node | ChipKind::Units(0));
            let numbered = chip.kind.is_rank() || single;
            let number = number_of(chip, run).to_string();
            let digits = if chip.kind.is_rank() { digits as usize } else { number.len() };
            if numbered && size.x >= digits as f32 * DIGIT + 4.0 {
                painter.text(center, Align2::CENTER_CENTER, number, heading_font(Theme::TYPE[0]), colour(theme.text));
            }
            continue;
        }
        let below = if low || !(roomy || chip.kind.holds()) { String::new() } else { below };
        let below_font = if chip.kind.holds() { number_font(Theme::TYPE[0]) } else { text_font(Theme::TYPE[0]) };
        // The level of the sum passes behind the share.
        let below_ink = if chip.kind.holds() { theme.text } else { theme.soft };
        let size = if roomy && !low { Theme::TYPE[1] } else { Theme::TYPE[0] };
        let lift = match (below.is_empty(), roomy) {
            (true, _) => 0.0,
            (false, true) => 9.0,
            (false, false) => 7.0,
        };
        painter.text(center - vec2(0.0, lift), Align2::CENTER_CENTER, name, heading_font(size), colour(theme.text));
        painter.text(center + vec2(0.0, lift), Align2::CENTER_CENTER, below, below_font, colour(below_ink));
    }
}

/// The number on a chip. A leaf switch shows the number of its rail.
fn number_of(chip: &ChipPlace, run: &FabricRun) -> u32 {
    match (chip.kind, &run.fabric.topology) {
        (ChipKind::Leaf, Topology::Cluster(cluster)) => chip.index % cluster.gpus_per_node.max(1),
        _ => chip.index,
    }
}

/// The label of a chip; dies have none.
fn label_of(chip: &ChipPlace, fill: f32, run: &FabricRun, role: &str, switches: usize) -> Option<ChipLabel> {
    let number = number_of(chip, run);
    let holds = |name: String| Some(ChipLabel { name, below: text::percent(fill) });
    let plain = |name: String, below: &str| Some(ChipLabel { name, below: below.to_owned() });
    match chip.kind {
        ChipKind::Gpu => holds(text::numbered("GPU", number)),
        ChipKind::Chip => holds(text::numbered("chip", number)),
        ChipKind::Wafer => holds(text::numbered("wafer", number)),
        ChipKind::Node => holds(text::numbered("node", number)),
        ChipKind::Units(0) => holds(text::numbered("unit", number)),
        ChipKind::Units(_) => holds(text::counted(chip.ranks.len(), "GPUs")),
        ChipKind::Block(_) => holds(text::counted(chip.ranks.len(), "chips")),
        ChipKind::Wafers(_) => holds(text::counted(chip.ranks.len(), "wafers")),
        ChipKind::Leaf => plain(text::numbered("leaf", number), ""),
        ChipKind::Leaves => plain(text::LEAF_SWITCHES.to_owned(), ""),
        ChipKind::Spine => plain(text::SPINE.to_owned(), ""),
        ChipKind::TreeNode => plain(text::TREE_NODE.to_owned(), text::ADDS_AND_COPIES),
        ChipKind::Switch => plain(switch_name(run, switches), role),
        ChipKind::Die => None,
    }
}

/// The name of a switch, or of the bar that stands for all switches of a machine.
fn switch_name(run: &FabricRun, drawn: usize) -> String {
    let machine = match (&run.fabric.topology, &run.scene.kind) {
        (Topology::Cluster(cluster), _) => return cluster.hub.hubs().to_owned(),
        (_, FabricKind::Chips(fabric)) => fabric.machine.nvlink(),
        _ => None,
    };
    let hub = run.fabric.topology.hub().unwrap_or_default();
    match machine.map(|machine| machine.switches.count()) {
        Some(count) if count > 1 && drawn == 1 => text::counted(u64::from(count), hub.hubs()),
        Some(_) | None => hub.hub().to_owned(),
    }
}
