//! Markers that follow the clock: links that carry bytes, chips that are late, links of the critical path.

use bevy::prelude::*;

use super::components::{Chip, HeldShare, Late, Link, Lit, OnCriticalPath, Utilisation};
use super::mark::scenes;
use super::spawn::SpawnedFabrics;
use super::systems::WorldSystems;
use crate::app::state::{OpenSession, Shown, Views};
use crate::draw::FabricScene;
use crate::sample::Explanation;
use crate::units::Femtos;

/// A chip with this share holds all of the sum.
const ALL: f32 = 0.999;

/// Marks links and chips by what their own components and the critical path say. A frame in which nothing begins or ends
/// changes no marker.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<MarkedPaths>().add_systems(
        Update,
        (mark_lit, (mark_late, mark_paths).run_if(resource_changed::<Shown>)).in_set(WorldSystems::Draw),
    );
}

/// Links whose utilisation has changed.
type ChangedLinks = (With<Link>, Changed<Utilisation>);

fn mark_lit(mut commands: Commands, changed: Query<(Entity, &Utilisation, Has<Lit>), ChangedLinks>) {
    for (link, utilisation, is_lit) in &changed {
        let lights = utilisation.0 > 0.0;
        if lights && !is_lit {
            commands.entity(link).insert(Lit);
        } else if !lights && is_lit {
            commands.entity(link).remove::<Lit>();
        }
    }
}

fn mark_late(
    mut commands: Commands,
    open: Res<OpenSession>,
    views: Res<Views>,
    chips: Query<(Entity, &Chip, &HeldShare, Has<Late>)>,
) {
    for (entity, chip, held, is_late) in &chips {
        let first = views.views.get(chip.fabric).and_then(|view| view.first_done);
        let run = open.0.runs.get(chip.fabric);
        let end = run.and_then(|run| run.result()).map(|result| result.time);
        let at = run.map(|run| open.0.local_time(run));
        let others_are_done = first <= at && at < end && first.is_some();
        let lags = others_are_done && chip.kind.holds() && held.0 < ALL;
        if lags && !is_late {
            commands.entity(entity).insert(Late);
        } else if !lags && is_late {
            commands.entity(entity).remove::<Late>();
        }
    }
}

/// The marked links of the critical paths, by fabric.
#[derive(Resource, Default)]
struct MarkedPaths(Vec<MarkedPath>);

/// The links of one step of a path.
#[derive(Default)]
struct MarkedPath {
    step: Option<Step>,
    links: Vec<Entity>,
}

/// What identifies a step: two steps of a path never begin together.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step {
    layouts: u64,
    revision: u64,
    from: Femtos,
    transfer: Option<u32>,
}

fn mark_paths(
    mut commands: Commands,
    open: Res<OpenSession>,
    views: Res<Views>,
    spawned: Res<SpawnedFabrics>,
    mut marked: ResMut<MarkedPaths>,
) {
    let fabrics = views.views.len().max(marked.0.len());
    marked.0.resize_with(fabrics, MarkedPath::default);
    let mut scenes = scenes(&open.0, &views);
    for (fabric, marked) in marked.0.iter_mut().enumerate() {
        let scene = scenes.next();
        let explained = scene.as_ref().and_then(|scene| scene.view.explanation.as_ref().map(|known| (scene, known)));
        let found = explained.and_then(|(scene, known)| known.step_at(scene.at).map(|step| (scene, step)));
        let step = found.map(|(_, step)| {
            let (layouts, revision) = (views.layouts, views.revision);
            Step { layouts, revision, from: step.from, transfer: step.transfer }
        });
        if marked.step == step {
            continue;
        }
        marked.step = step;
        for link in marked.links.drain(..) {
            if let Ok(mut link) = commands.get_entity(link) {
                link.try_remove::<OnCriticalPath>();
            }
        }
        if let Some((scene, step)) = found {
            let FabricScene { run, view, .. } = scene;
            let links = Explanation::links_of(run, step).into_iter().flat_map(|(first, last)| [first, last]);
            let indices = links.filter_map(|link| view.layout.link_index(link));
            marked.links.extend(indices.filter_map(|index| spawned.link(fabric, index)));
            for link in &marked.links {
                if let Ok(mut link) = commands.get_entity(*link) {
                    link.try_insert(OnCriticalPath);
                }
            }
        }
    }
}
