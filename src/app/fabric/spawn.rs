//! Entities of fabrics, chips and links, as long as the layout contains them.

use std::collections::BTreeMap;

use bevy::prelude::*;

use super::components::{Capacity, Chip, Class, Degraded, Fabric, HeldShare, Latency, Link, LinkOf, Rank, Utilisation};
use super::systems::WorldSystems;
use crate::app::state::{OpenSession, Views};
use crate::fabric::LinkId;
use crate::solve::FabricRun;
use crate::stage::{ChipKind, FabricLayout};

/// Spawns the entities of a fabric, and despawns them when its run or the list of its chips and links changes.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<SpawnedFabrics>().add_systems(Update, spawn.in_set(WorldSystems::Spawn));
}

/// The fabrics that have entities, by their index in the scene.
#[derive(Resource, Default)]
pub(super) struct SpawnedFabrics {
    list: Vec<SpawnedFabric>,
    /// The layouts that the entities belong to.
    layouts: u64,
}

struct SpawnedFabric {
    entity: Entity,
    /// Its chips and links in the order of the layout.
    chips: Vec<Entity>,
    links: Vec<Entity>,
    /// What they were spawned for.
    run: FabricRun,
    chip_ids: Vec<(ChipKind, u32)>,
    link_ids: Vec<LinkId>,
}

impl SpawnedFabrics {
    /// The entity of a chip of a layout.
    pub(super) fn chip(&self, fabric: usize, index: usize) -> Option<Entity> {
        self.list.get(fabric)?.chips.get(index).copied()
    }

    /// The entity of a link of a layout.
    pub(super) fn link(&self, fabric: usize, index: usize) -> Option<Entity> {
        self.list.get(fabric)?.links.get(index).copied()
    }
}

impl SpawnedFabric {
    fn fits(&self, run: &FabricRun, layout: &FabricLayout) -> bool {
        self.run.is_same_run(run)
            && layout.chips.iter().map(|chip| (chip.kind, chip.index)).eq(self.chip_ids.iter().copied())
            && layout.links.iter().map(|place| place.link).eq(self.link_ids.iter().copied())
    }
}

fn spawn(mut commands: Commands, open: Res<OpenSession>, views: Res<Views>, mut spawned: ResMut<SpawnedFabrics>) {
    if spawned.layouts == views.layouts || views.views.len() != open.0.runs.len() {
        return;
    }
    spawned.layouts = views.layouts;
    let kept = views.views.len().min(spawned.list.len());
    for old in spawned.list.drain(kept..) {
        commands.entity(old.entity).despawn();
    }
    for (index, (view, run)) in views.views.iter().zip(&open.0.runs).enumerate() {
        let known = spawned.list.get(index);
        if known.is_some_and(|known| known.fits(run, &view.layout)) {
            continue;
        }
        if let Some(known) = known {
            commands.entity(known.entity).despawn();
        }
        let fabric = spawn_fabric(&mut commands, index, run, &view.layout);
        match spawned.list.get_mut(index) {
            Some(place) => *place = fabric,
            None => spawned.list.push(fabric),
        }
    }
}

fn spawn_fabric(commands: &mut Commands, fabric: usize, run: &FabricRun, layout: &FabricLayout) -> SpawnedFabric {
    let entity = commands.spawn(Fabric { index: fabric }).id();
    let mut nodes = BTreeMap::new();
    let mut chips = Vec::with_capacity(layout.chips.len());
    for (index, place) in layout.chips.iter().enumerate() {
        let mut chip = commands.spawn((Chip { fabric, index, kind: place.kind }, HeldShare(0.0), ChildOf(entity)));
        if let (true, Some(rank)) = (place.ranks.is_one(), place.ranks.ids(1).next()) {
            chip.insert(Rank(rank));
        }
        chips.push(chip.id());
        if let Some(node) = place.node {
            nodes.insert(node, chip.id());
        }
    }
    let mut links = Vec::with_capacity(layout.links.len());
    for (index, place) in layout.links.iter().enumerate() {
        let mut link = commands.spawn((Link { fabric, index }, Utilisation(0.0), ChildOf(entity)));
        if let Some(spec) = run.fabric.link(place.link) {
            link.insert((Capacity(spec.capacity), Latency(spec.latency), Class(spec.class)));
        }
        if let Some((from, to)) = run.fabric.topology.ends(place.link) {
            let [from, to] = [from, to].map(|node| nodes.get(&node.0).copied());
            link.insert(LinkOf { from, to });
        }
        if let [(_, left)] = run.fabric.changed_between(place.link, place.link) {
            link.insert(Degraded { left: *left as f32 });
        }
        links.push(link.id());
    }
    SpawnedFabric {
        entity,
        chips,
        links,
        run: run.clone(),
        chip_ids: layout.chips.iter().map(|chip| (chip.kind, chip.index)).collect(),
        link_ids: layout.links.iter().map(|place| place.link).collect(),
    }
}
