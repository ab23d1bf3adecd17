//! Markers: the bottleneck of the instant, and the selection.

use bevy::prelude::*;

use super::components::{Bottleneck, Selected};
use super::spawn::SpawnedFabrics;
use super::systems::WorldSystems;
use crate::app::state::{OpenSession, Shown, Views};
use crate::draw::FabricScene;
use crate::session::Session;
use crate::stage::{Item, Selection};

/// Marks the links that are the bottleneck and the chips at their ends, and what the user has selected.
///
/// The session decides what is selected: panels, keys and scripts send intents. A selection that changes becomes an event of
/// the entity, and an observer marks it.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<MarkedBottlenecks>().add_observer(mark_selected).add_systems(
        Update,
        (mark_bottlenecks, tell_selection).run_if(resource_changed::<Shown>).in_set(WorldSystems::Sync),
    );
}

/// The entities with the marker, and those that get it next. Kept, so that a frame allocates nothing.
#[derive(Resource, Default)]
struct MarkedBottlenecks {
    now: Vec<Entity>,
    next: Vec<Entity>,
}

fn mark_bottlenecks(
    mut commands: Commands,
    open: Res<OpenSession>,
    views: Res<Views>,
    spawned: Res<SpawnedFabrics>,
    mut marked: ResMut<MarkedBottlenecks>,
) {
    let MarkedBottlenecks { now, next } = &mut *marked;
    next.clear();
    for (fabric, scene) in scenes(&open.0, &views).enumerate() {
        let links = &scene.view.layout.links;
        for place in scene.ringed() {
            let index = links.binary_search_by_key(&place.link, |known| known.link);
            next.extend(index.ok().and_then(|index| spawned.link(fabric, index)));
        }
        let chips = scene.ringed_chips().enumerate().filter(|(_, is_ringed)| *is_ringed);
        next.extend(chips.filter_map(|(index, _)| spawned.chip(fabric, index)));
    }
    next.sort_unstable();
    for entity in now.iter().filter(|entity| next.binary_search(entity).is_err()) {
        if let Ok(mut entity) = commands.get_entity(*entity) {
            entity.try_remove::<Bottleneck>();
        }
    }
    for entity in next.iter().filter(|entity| now.binary_search(entity).is_err()) {
        if let Ok(mut entity) = commands.get_entity(*entity) {
            entity.try_insert(Bottleneck);
        }
    }
    core::mem::swap(now, next);
}

/// The fabrics of a session as they are drawn.
pub(super) fn scenes<'a>(session: &'a Session, views: &'a Views) -> impl Iterator<Item = FabricScene<'a>> {
    let prepared = views.views.iter().zip(&views.frames);
    let runs = session.runs.iter().zip(prepared);
    runs.map(|(run, (view, frame))| FabricScene { run, view, frame, at: session.local_time(run) })
}

/// A chip or a link was selected.
#[derive(EntityEvent)]
struct SelectedNow {
    entity: Entity,
}

fn tell_selection(
    mut commands: Commands,
    open: Res<OpenSession>,
    views: Res<Views>,
    spawned: Res<SpawnedFabrics>,
    selected: Query<Entity, With<Selected>>,
) {
    let entity = open.0.view.selection.and_then(|selection| find(selection, &views, &spawned));
    for other in selected.iter().filter(|other| Some(*other) != entity) {
        commands.entity(other).try_remove::<Selected>();
    }
    if let Some(entity) = entity.filter(|entity| !selected.contains(*entity)) {
        commands.trigger(SelectedNow { entity });
    }
}

/// The entity of a selected item; single PEs and links between them have none.
fn find(selection: Selection, views: &Views, spawned: &SpawnedFabrics) -> Option<Entity> {
    let Selection { fabric, item } = selection;
    let layout = &views.views.get(fabric)?.layout;
    let link = |index: Option<usize>| spawned.link(fabric, index?);
    match item {
        Item::Chip(kind, number) => {
            let is_it = |chip: &crate::stage::ChipPlace| (chip.kind, chip.index) == (kind, number);
            spawned.chip(fabric, layout.chips.iter().position(is_it)?)
        }
        Item::Link(id) => link(layout.link_index(id)),
        Item::Links(all) => link(layout.links.iter().position(|place| place.all == all)),
        Item::Pe(_) => None,
    }
}

fn mark_selected(selected: On<SelectedNow>, mut commands: Commands) {
    if let Ok(mut entity) = commands.get_entity(selected.entity) {
        entity.try_insert(Selected);
    }
}
