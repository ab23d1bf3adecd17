//! Fabrics: directed links with capacity and latency, named by small integers.
//!
//! Regular fabrics store no link at all: a link's id is computed from its place, and its figures come from its class.
//! What is broken or slow is a short list beside them.
//!
//! | file | what |
//! |---|---|
//! | `topology` | what every shape of fabric can tell |
//! | `switch` | GPUs round one switch |
//! | `cluster` | NVLink domains joined by rails of leaf and spine switches |
//! | `mesh` | the PEs of a wafer |
//! | `wafers` | wafers joined by a SwarmX tree |
//! | `grid` | chips in a mesh or a torus |
//! | `graph` | links one by one |
//! | `detour` | shortest ways over links that are up |
//! | `class` | classes of links, and scaling one of them |

mod chip_grid;
mod cluster;
mod graph;
mod link_class;
mod shortest_path;
mod switch;
mod topology;
mod wafer_mesh;
mod wafer_tree;

pub use chip_grid::Grid;
pub use cluster::Cluster;
pub use graph::{Graph, GraphLink};
pub use link_class::LinkClass;
pub use shortest_path::{detour, shortest};
pub use switch::Switch;
pub use topology::{Node, Topology};
pub use wafer_mesh::{Direction, Mesh};
pub use wafer_tree::WaferCluster;

use crate::units::{BytesPerSec, Femtos};

/// Names a directed link within one fabric. `u32`, so that traces are the same on 32-bit and 64-bit machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

impl LinkId {
    /// The link `step` ids further.
    pub fn offset(self, step: i32) -> LinkId {
        LinkId(self.0.wrapping_add_signed(step))
    }
}

/// Whether streams share a link's capacity or pass it one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMode {
    /// Streams share the capacity, max-min fairly.
    Shared,
    /// One stream at a time at full rate, first come first served.
    Serial,
}

/// What one directed link can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkSpec {
    /// Bytes per second.
    pub capacity: BytesPerSec,
    /// Time from entering to leaving, for each byte.
    pub latency: Femtos,
    /// Index into [`Topology::class_names`].
    pub class: u8,
    /// Shared or serial.
    pub mode: LinkMode,
}

/// Capacity and latency of the links of one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkFigures {
    /// Bytes per second, each way.
    pub capacity: BytesPerSec,
    /// One way.
    pub latency: Femtos,
}

impl LinkFigures {
    fn spec(&self, class: u8) -> LinkSpec {
        LinkSpec { capacity: self.capacity, latency: self.latency, class, mode: LinkMode::Shared }
    }
}

/// Links in a row: `count` ids, `stride` apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkRun {
    /// The first one.
    pub first: LinkId,
    /// Step from id to id.
    pub stride: i32,
    /// How many; at least 1.
    pub count: u32,
    /// Share of the bytes that crosses each of them: 1 where they follow each other, less where they lie side by side.
    pub share: f64,
}

impl LinkRun {
    /// A single link.
    pub fn one(link: LinkId) -> LinkRun {
        LinkRun::line(link, 1, 1)
    }

    /// Links one after the other.
    pub fn line(first: LinkId, stride: i32, count: u32) -> LinkRun {
        LinkRun { first, stride, count, share: 1.0 }
    }

    /// Neighbouring links side by side, each for an equal share.
    pub fn spread(first: LinkId, count: u32) -> LinkRun {
        LinkRun { first, stride: 1, count, share: 1.0 / f64::from(count) }
    }

    /// All its links, in order.
    pub fn links(&self) -> impl Iterator<Item = LinkId> + use<> {
        let LinkRun { first, stride, count, .. } = *self;
        (0..count).map(move |index| LinkId((i64::from(first.0) + i64::from(index) * i64::from(stride)) as u32))
    }
}

/// The way from one rank to another.
pub type Path = Vec<LinkRun>;

/// A link beyond those of a shape, for one stream.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Private {
    figures: LinkFigures,
    what: &'static str,
    number: u32,
}

/// One fabric: its shape, and what is broken or slow in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fabric {
    /// Its links, all of them whole.
    pub topology: Topology,
    /// Share of its capacity that a link has left, by ascending id; 0 is a link that is down.
    changed: Vec<(LinkId, f64)>,
    /// Links beyond those of the shape, such as the source of other traffic. Their ids follow those of the shape.
    private: Vec<Private>,
    /// Factors on the capacity of whole classes.
    scaled: Vec<(LinkClass, f64)>,
}

impl From<Topology> for Fabric {
    fn from(topology: Topology) -> Fabric {
        Fabric { topology, changed: Vec::new(), private: Vec::new(), scaled: Vec::new() }
    }
}

impl Fabric {
    /// Leaves links a share of their capacity; shares of one link multiply.
    pub fn slow(&mut self, links: impl IntoIterator<Item = (LinkId, f64)>) {
        self.changed.extend(links);
        self.changed.sort_by_key(|&(link, _)| link);
        self.changed.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 *= later.1;
            }
            same
        });
    }

    /// Adds a link of its own for one stream and returns its id; its name is what it is and a number.
    pub fn add_private(&mut self, figures: LinkFigures, what: &'static str, number: u32) -> LinkId {
        self.private.push(Private { figures, what, number });
        LinkId(self.link_count() - 1)
    }

    /// The links that are not as their class is, by ascending id, with the share of capacity that they have left.
    pub fn changed(&self) -> &[(LinkId, f64)] {
        &self.changed
    }

    /// The changed links with ids from `low` to `high`, both included.
    pub fn changed_between(&self, low: LinkId, high: LinkId) -> &[(LinkId, f64)] {
        let first = self.changed.partition_point(|&(link, _)| link < low);
        let end = self.changed.partition_point(|&(link, _)| link <= high);
        &self.changed[first..end.max(first)]
    }

    /// Whether a link has no capacity left.
    pub fn is_down(&self, link: LinkId) -> bool {
        self.share(link) <= 0.0
    }

    fn share(&self, link: LinkId) -> f64 {
        let found = self.changed.binary_search_by_key(&link, |&(link, _)| link);
        found.map_or(1.0, |place| self.changed[place].1)
    }

    /// How many links there are: valid ids lie below.
    pub fn link_count(&self) -> u32 {
        self.topology.link_count() + self.private.len() as u32
    }

    /// The figures of a link. `None` for an id that this fabric does not have.
    pub fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let spec = self.unscaled(id)?;
        if self.scaled.is_empty() {
            return Some(spec);
        }
        let class = self.class(id);
        let factors = self.scaled.iter().filter(|(scaled, _)| *scaled == class).map(|(_, factor)| factor);
        Some(LinkSpec { capacity: BytesPerSec(spec.capacity.0 * factors.product::<f64>()), ..spec })
    }

    fn unscaled(&self, id: LinkId) -> Option<LinkSpec> {
        let own = id.0.checked_sub(self.topology.link_count());
        if let Some(private) = own {
            return self.private.get(private as usize).map(|private| private.figures.spec(u8::MAX));
        }
        let spec = self.topology.link(id)?;
        if self.changed.is_empty() {
            return Some(spec);
        }
        Some(LinkSpec { capacity: BytesPerSec(spec.capacity.0 * self.share(id)), ..spec })
    }

    /// A link's place in words.
    pub fn link_name(&self, id: LinkId) -> String {
        match id.0.checked_sub(self.topology.link_count()).map(|place| self.private.get(place as usize)) {
            None => self.topology.link_name(id),
            Some(Some(private)) => format!("{} {}", private.what, private.number),
            Some(None) => format!("link {}", id.0),
        }
    }

    /// Whether a link is one of the private ones.
    pub fn is_private(&self, id: LinkId) -> bool {
        id.0 >= self.topology.link_count()
    }

    /// See [`Topology::wavelet_cycle`].
    pub fn wavelet_cycle(&self) -> Femtos {
        self.topology.wavelet_cycle()
    }
}
