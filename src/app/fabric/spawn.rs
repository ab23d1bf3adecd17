//! Entities of fabrics, chips and links, as long as the layout contains them.

use std::collections::BTreeMap;

use bevy::prelude::*;

use super::components::{Capacity, Chip, Class, Degraded, Fabric, HeldShare, Latency, Link, LinkOf, Rank, Utilisation};
use super::systems::WorldSystems;
use crate::app::state::{OpenSession, Views};
use crate::fabric::LinkId;
use crate::solve::FabricRun;
use crate::stage::{ChipKind, ChipPlace, FabricLayout};

/// Spawns the entities of a fabric, and despawns them when the list of its chips and links changes. A run with the same list
/// only writes the components of links that have changed.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<SpawnedFabrics>().add_systems(Update, spawn.in_set(WorldSystems::Spawn));
}

/// The fabrics that have entities, by their index in the scene.
#[derive(Resource, Default)]
pub(super) struct SpawnedFabrics {
    list: Vec<SpawnedFabric>,
    /// The layouts and runs that the entities belong to.
    layouts: u64,
    revision: u64,
}

struct SpawnedFabric {
    entity: Entity,
    /// Its chips and links in the order of the layout.
    chips: Vec<Entity>,
    links: Vec<Entity>,
    /// What they were spawned for.
    run: FabricRun,
    chip_ids: Vec<ChipId>,
    link_ids: Vec<LinkId>,
}

/// What identifies a chip: its kind, its number and its rank.
type ChipId = (ChipKind, u32, Option<u32>);

fn chip_id(chip: &ChipPlace) -> ChipId {
    (chip.kind, chip.index, chip.ranks.ids(1).next().filter(|_| chip.ranks.is_one()))
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
    /// Whether a layout consists of the same chips and links.
    fn has_parts_of(&self, layout: &FabricLayout) -> bool {
        layout.chips.iter().map(chip_id).eq(self.chip_ids.iter().copied())
            && layout.links.iter().map(|place| place.link).eq(self.link_ids.iter().copied())
    }

    /// Writes what another run with the same chips and links changes.
    fn update_figures(&mut self, commands: &mut Commands, run: &FabricRun, layout: &FabricLayout) {
        let before = core::mem::replace(&mut self.run, run.clone());
        let mut nodes = None;
        for (place, &entity) in layout.links.iter().zip(&self.links) {
            let (old, new) = (Figures::new(&before, place.link), Figures::new(run, place.link));
            if old == new {
                continue;
            }
            // A link may have been despawned by someone else.
            let Ok(mut link) = commands.get_entity(entity) else { continue };
            let nodes = nodes.get_or_insert_with(|| nodes_of(layout, &self.chips));
            new.write(&mut link, nodes);
        }
    }
}

/// What a run says about a link.
#[derive(Clone, Copy, PartialEq)]
struct Figures {
    spec: Option<(Capacity, Latency, Class)>,
    ends: Option<(u32, u32)>,
    degraded: Option<Degraded>,
}

impl Figures {
    fn new(run: &FabricRun, link: LinkId) -> Figures {
        let spec = run.fabric.link(link);
        Figures {
            spec: spec.map(|spec| (Capacity(spec.capacity), Latency(spec.latency), Class(spec.class))),
            ends: run.fabric.topology.ends(link).map(|(from, to)| (from.0, to.0)),
            degraded: match run.fabric.changed_between(link, link) {
                [(_, left)] => Some(Degraded { left: *left as f32 }),
                _ => None,
            },
        }
    }

    fn write(self, link: &mut EntityCommands, nodes: &BTreeMap<u32, Entity>) {
        if let Some(spec) = self.spec {
            link.try_insert(spec);
        }
        if let Some((from, to)) = self.ends {
            let [from, to] = [from, to].map(|node| nodes.get(&node).copied());
            link.try_insert(LinkOf { from, to });
        }
        match self.degraded {
            Some(degraded) => link.try_insert(degraded),
            None => link.try_remove::<Degraded>(),
        };
    }
}

/// The chips that stand for nodes of the topology.
fn nodes_of(layout: &FabricLayout, chips: &[Entity]) -> BTreeMap<u32, Entity> {
    let placed = layout.chips.iter().zip(chips);
    placed.filter_map(|(place, &chip)| Some((place.node?, chip))).collect()
}

fn spawn(mut commands: Commands, open: Res<OpenSession>, views: Res<Views>, mut spawned: ResMut<SpawnedFabrics>) {
    let is_known = spawned.layouts == views.layouts && spawned.revision == views.revision;
    if is_known || views.views.len() != open.0.runs.len() {
        return;
    }
    (spawned.layouts, spawned.revision) = (views.layouts, views.revision);
    let kept = views.views.len().min(spawned.list.len());
    for old in spawned.list.drain(kept..) {
        commands.entity(old.entity).despawn();
    }
    for (index, (view, run)) in views.views.iter().zip(&open.0.runs).enumerate() {
        match spawned.list.get_mut(index) {
            Some(known) if known.has_parts_of(&view.layout) => {
                if !known.run.is_same_run(run) {
                    known.update_figures(&mut commands, run, &view.layout);
                }
            }
            Some(known) => {
                commands.entity(known.entity).despawn();
                *known = spawn_fabric(&mut commands, index, run, &view.layout);
            }
            None => spawned.list.push(spawn_fabric(&mut commands, index, run, &view.layout)),
        }
    }
}

fn spawn_fabric(commands: &mut Commands, fabric: usize, run: &FabricRun, layout: &FabricLayout) -> SpawnedFabric {
    let entity = commands.spawn(Fabric { index: fabric }).id();
    let mut chips = Vec::with_capacity(layout.chips.len());
    for (index, place) in layout.chips.iter().enumerate() {
        let mut chip = commands.spawn((Chip { fabric, index, kind: place.kind }, HeldShare(0.0), ChildOf(entity)));
        if let (.., Some(rank)) = chip_id(place) {
            chip.insert(Rank(rank));
        }
        chips.push(chip.id());
    }
    let nodes = nodes_of(layout, &chips);
    let mut links = Vec::with_capacity(layout.links.len());
    for (index, place) in layout.links.iter().enumerate() {
        let mut link = commands.spawn((Link { fabric, index }, Utilisation(0.0), ChildOf(entity)));
        Figures::new(run, place.link).write(&mut link, &nodes);
        links.push(link.id());
    }
    SpawnedFabric {
        entity,
        chips,
        links,
        run: run.clone(),
        chip_ids: layout.chips.iter().map(chip_id).collect(),
        link_ids: layout.links.iter().map(|place| place.link).collect(),
    }
}
