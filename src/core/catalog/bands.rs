//! By what factor healthy clusters differ, from one another and from the measured timing: catalog data by message size.

use serde::{Deserialize, Serialize};

use super::error::CatalogError;
use super::figure::{Figure, Grade};
use super::nccl::{GenerationTiming, NetworkTiming};

const FILE: &str = "timing/bands.ron";
const TEXT: &str = include_str!("../../../assets/catalog/timing/bands.ron");

/// A range of measured over expected time in which a cluster is healthy; above 1 is slower.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Band {
    /// The least ratio: only another machine is faster.
    pub low: f64,
    /// The largest ratio of a healthy cluster.
    pub high: f64,
}

impl Band {
    /// The band, wider by a factor on both sides.
    pub fn widened(self, factor: f64) -> Band {
        Band { low: self.low / factor, high: self.high * factor }
    }

    /// Whether a ratio of measured over expected time is healthy.
    pub fn contains(self, ratio: f64) -> bool {
        self.low <= ratio && ratio <= self.high
    }
}

/// Why a band is wider: the factor of each reason, 1 where it does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Widening {
    /// More nodes than the logs of the fit have.
    pub nodes: f64,
    /// A machine whose constants are estimates.
    pub machine: f64,
    /// An operation other than all-reduce.
    pub operation: f64,
    /// The most nodes of the fit, if the cluster has more.
    pub fitted_nodes: Option<u32>,
}

impl Widening {
    /// No widening: a cluster within the range of the fit.
    pub const NONE: Widening = Widening { nodes: 1.0, machine: 1.0, operation: 1.0, fitted_nodes: None };

    /// All factors together.
    pub fn factor(&self) -> f64 {
        self.nodes * self.machine * self.operation
    }

    /// Whether the cluster is within the range of the fit.
    pub fn is_none(&self) -> bool {
        *self == Widening::NONE
    }
}

/// What differs by how much from one message size on. Ratios of times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BandRange {
    from_bytes: u64,
    /// Two logs of equal hardware differ by at most this.
    equal: Figure,
    /// Measured over expected time of the fastest healthy logs.
    fastest: Figure,
    /// The same of the slowest.
    slowest: Figure,
}

/// The most nodes that the logs of the fit have, for a GPU generation and a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FitRange {
    generation: String,
    network: String,
    nodes: u32,
}

/// A machine whose constants are estimates, and further from its logs than those of others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MachineSpread {
    generation: String,
    factor: Figure,
}

/// The spread of healthy clusters by message size, and the range of the fit beyond which it is wider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthyBands {
    ranges: Vec<BandRange>,
    fits: Vec<FitRange>,
    doubling: Figure,
    estimated_machine: Figure,
    estimated_machines: Vec<MachineSpread>,
    other_operation: Figure,
}

impl HealthyBands {
    /// Reads the bands that are built into the program.
    ///
    /// # Errors
    /// The file does not parse, its ranges are not in the order of sizes from 0 bytes on, or a figure is on the wrong side
    /// of 1.
    pub fn bundled() -> Result<HealthyBands, CatalogError> {
        HealthyBands::read(TEXT)
    }

    fn read(text: &str) -> Result<HealthyBands, CatalogError> {
        let error = |problem: String| CatalogError { file: FILE.to_owned(), problem };
        let bands: HealthyBands = ron::from_str(text).map_err(|problem| error(problem.to_string()))?;
        let sizes = |pair: &[BandRange]| pair.first().map(|one| one.from_bytes) < pair.last().map(|one| one.from_bytes);
        if bands.ranges.first().is_none_or(|range| range.from_bytes != 0) || !bands.ranges.windows(2).all(sizes) {
            return Err(error("ranges must begin at 0 bytes and be in the order of sizes".to_owned()));
        }
        for range in &bands.ranges {
            if !(0.0 < range.fastest.value && range.fastest.value <= 1.0) {
                return Err(error(format!("fastest is {}; use a ratio above 0, up to 1", range.fastest.value)));
            }
        }
        let slower = bands.ranges.iter().flat_map(|range| [&range.equal, &range.slowest]);
        let machines = bands.estimated_machines.iter().map(|machine| &machine.factor);
        let all = slower.chain(machines).chain([&bands.doubling, &bands.estimated_machine, &bands.other_operation]);
        for figure in all {
            if !(1.0..1e3).contains(&figure.value) {
                return Err(error(format!("a ratio is {}; use 1 to 1000 (`{}`)", figure.value, figure.source)));
            }
        }
        Ok(bands)
    }

    /// All figures with the names of their fields.
    pub fn figures<'a>(&'a self) -> Vec<(&'static str, &'a Figure)> {
        let of_range = |range: &'a BandRange| {
            let BandRange { equal, fastest, slowest, .. } = range;
            [("equal", equal), ("fastest", fastest), ("slowest", slowest)]
        };
        let HealthyBands { doubling, estimated_machine, other_operation, .. } = self;
        let machines = self.estimated_machines.iter().map(|machine| ("estimated_machines", &machine.factor));
        let widening =
            [("doubling", doubling), ("estimated_machine", estimated_machine), ("other_operation", other_operation)];
        self.ranges.iter().flat_map(of_range).chain(widening).chain(machines).collect()
    }

    fn range(&self, message_bytes: u64) -> Option<&BandRange> {
        self.ranges.iter().rev().find(|range| range.from_bytes <= message_bytes)
    }

    /// Measured over expected time of a healthy cluster within the range of the fit: the spread of equal hardware and the
    /// error of the model together.
    pub fn band(&self, message_bytes: u64) -> Band {
        let Some(range) = self.range(message_bytes) else { return Band { low: 1.0, high: 1.0 } };
        Band { low: range.fastest.value, high: range.slowest.value }
    }

    /// The factor by which two logs of equal hardware differ at most, without any error of the model.
    pub fn equal_hardware(&self, message_bytes: u64) -> f64 {
        self.range(message_bytes).map_or(1.0, |range| range.equal.value)
    }

    /// How much wider the band of a cluster is, beyond the range of the fit. `all_reduce` is false for other operations.
    ///
    /// GPUs and networks that were fitted on different logs count as fitted together, up to the most nodes of the network.
    pub fn widening(
        &self,
        generation: &GenerationTiming,
        network: Option<&NetworkTiming>,
        nodes: u32,
        all_reduce: bool,
    ) -> Widening {
        let of_network = |network: &NetworkTiming| {
            let fits = self.fits.iter().filter(|fit| fit.network == network.id);
            let own = fits.clone().find(|fit| fit.generation == generation.id);
            own.map(|fit| fit.nodes).or(fits.map(|fit| fit.nodes).min()).unwrap_or(1)
        };
        let fitted = network.map_or(1, of_network);
        let doublings = if nodes > fitted { libm::log2(f64::from(nodes) / f64::from(fitted)) } else { 0.0 };
        Widening {
            nodes: libm::pow(self.doubling.value, doublings),
            machine: match generation.ring_gb_s.grade {
                Grade::Estimate => {
                    let own = self.estimated_machines.iter().find(|machine| machine.generation == generation.id);
                    own.map_or(&self.estimated_machine, |machine| &machine.factor).value
                }
                Grade::Published | Grade::Derived | Grade::Fitted => 1.0,
            },
            operation: if all_reduce { 1.0 } else { self.other_operation.value },
            fitted_nodes: (nodes > fitted).then_some(fitted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn bands_are_narrow_from_1_gib_on_and_wider_below() {
        let bands = HealthyBands::bundled().expect("the bands");
        let large = bands.band(1 << 30);
        assert!(large.contains(1.0) && large.contains(1.05) && !large.contains(1.08));
        assert_eq!(large, bands.band(1 << 34));
        // Equal hardware differs by 3 to 5 % from 1 GiB on.
        assert!((1.02..=1.05).contains(&bands.equal_hardware(1 << 30)));
        for bytes in [1_u64 << 16, 1 << 20, 1 << 24, 1 << 26, 1 << 28, (1 << 30) - 1] {
            let band = bands.band(bytes);
            assert!(band.high > large.high, "{bytes}");
            assert!(band.low < 1.0 && band.high >= bands.equal_hardware(bytes), "{bytes}: {band:?}");
        }
    }

    #[test]
    fn a_band_widens_beyond_the_range_of_the_fit() {
        let catalog = Catalog::bundled().expect("the catalog");
        let (bands, nccl) = (catalog.bands(), catalog.nccl());
        let h100 = nccl.generation("h100").expect("H100");
        let ndr = nccl.network("ndr");
        assert!(bands.widening(h100, None, 1, true).is_none());
        assert!(bands.widening(h100, ndr, 12, true).is_none());
        let far = bands.widening(h100, ndr, 248, true);
        assert_eq!(far.fitted_nodes, Some(12));
        // H200 on 248 nodes is healthy, though the model takes 27 % longer.
        assert!(bands.band(512 << 20).widened(far.factor()).contains(1.0 / 1.27));
        let farther = bands.widening(h100, ndr, 496, true);
        assert!((farther.nodes / far.nodes / bands.doubling.value - 1.0).abs() < 1e-9);
        let mut estimated = h100.clone();
        estimated.ring_gb_s.grade = Grade::Estimate;
        let both = bands.widening(&estimated, None, 1, false);
        assert!((both.factor() - both.machine * both.operation).abs() < 1e-12 && both.machine > 1.0);
        let wide = bands.band(1 << 30).widened(both.factor());
        assert!(wide.low < bands.band(1 << 30).low && wide.high > bands.band(1 << 30).high);
    }

    #[test]
    fn every_figure_of_the_bands_has_a_source() {
        let bands = HealthyBands::bundled().expect("the bands");
        assert!(bands.figures().iter().all(|(_, figure)| figure.source.len() > 10 && figure.unit == "ratio"));
    }

    #[test]
    fn bands_out_of_order_or_on_the_wrong_side_are_rejected() {
        let swapped = TEXT.replacen("from_bytes: 0,", "from_bytes: 1,", 1);
        assert!(HealthyBands::read(&swapped).expect_err("no range for 0 bytes").problem.contains("begin at 0"));
        let wrong = TEXT.replacen("fastest: (value: 0.", "fastest: (value: 1.", 1);
        assert!(HealthyBands::read(&wrong).expect_err("a band without 1").problem.contains("fastest"));
    }
}
