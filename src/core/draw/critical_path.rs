//! The critical path: its current stream, and the previous ones as a fading trail.

use glam::Vec2;

use super::display_list::Quad;
use super::display_list::{filled, line};
use crate::explain::PathSpan;
use crate::fabric::{LinkId, Topology};
use crate::sample::Explanation;
use crate::solve::FabricRun;
use crate::stage::{FabricLayout, PeParts, Rect, step};
use crate::style::Theme;
use crate::units::Femtos;

/// The most streams of the trail.
const TRAIL: usize = 24;

/// Draws the path of a fabric at an instant on its own time axis.
pub fn trail(
    layout: &FabricLayout,
    run: &FabricRun,
    explained: &Explanation,
    at: Femtos,
    theme: &Theme,
    shapes: &mut Vec<Quad>,
) {
    let steps = &explained.path.steps;
    // A transfer with several steps is drawn once.
    let until = steps.partition_point(|step| step.from <= at);
    let mut transfers: Vec<&PathSpan> = Vec::new();
    for step in steps[..until].iter().rev().filter(|step| step.transfer.is_some()) {
        if transfers.last().is_none_or(|last| last.transfer != step.transfer) {
            transfers.push(step);
        }
        if transfers.len() == TRAIL {
            break;
        }
    }
    for (age, step) in transfers.iter().enumerate().rev() {
        let alpha = 255.0 * (1.0 - age as f32 / TRAIL as f32).powi(2);
        let now = age == 0 && explained.step_at(at).is_some();
        let parts = Explanation::links_of(run, step);
        for (number, &(first, last)) in parts.iter().enumerate() {
            let Some((from, to)) = ends(layout, run, first, last) else { continue };
            let clip = layout.clip().to_array();
            let width = if now { 4.0 } else { 2.5 };
            let dark = theme.ground.with_alpha((alpha * 0.7) as u8);
            shapes.push(line(from, to, width + 2.0, dark, clip));
            shapes.push(line(from, to, width, theme.path.with_alpha(alpha as u8), clip));
            if now && number + 1 == parts.len() {
                let head = Rect::centered(to, Vec2::splat(11.0));
                let ring =
                    Quad { radius: 5.5, border: 1.5, border_colour: theme.ground, ..filled(head, theme.path, clip) };
                shapes.push(ring);
            }
        }
    }
}

/// Both ends on the stage of a straight part of a route.
fn ends(layout: &FabricLayout, run: &FabricRun, first: LinkId, last: LinkId) -> Option<(Vec2, Vec2)> {
    if let (Some(wafer), Topology::Mesh(mesh)) = (&layout.wafer, &run.fabric.topology) {
        let pitch = wafer.pitch();
        let middle = |link: LinkId, along: f32| {
            let (x, y, direction) = mesh.place(link)?;
            let center = wafer.pe([x, y]) + PeParts::new(pitch).router;
            // A ramp ends in its own PE.
            let along_link = if direction == crate::fabric::Direction::Ramp { Vec2::ZERO } else { step(direction) };
            Some(center + along_link * pitch * along)
        };
        return middle(first, 0.0).zip(middle(last, 1.0)).filter(|(from, to)| from != to);
    }
    let lane = |link: LinkId| {
        let place = layout.link(link)?;
        place.lanes.get(place.lanes.len() / 2).copied()
    };
    Some((lane(first)?[0], lane(last)?[1]))
}
