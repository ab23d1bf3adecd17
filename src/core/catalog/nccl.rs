//! The constants of the measured timing: catalog data, each with its unit, its source and its grade.
//!
//! They were fitted once, on 39 public logs of `nccl-tests`, and are frozen. Some of them absorb cost of unknown origin
//! ([`Figure::absorbs_unknown_cost`]): they are marked, and never shown as facts about hardware.

use serde::{Deserialize, Serialize};

use super::error::CatalogError;
use super::figure::{Figure, Grade, figures};

const FILE: &str = "timing/nccl.ron";
const TEXT: &str = include_str!("../../../assets/catalog/timing/nccl.ron");

figures! {
    /// Constants of one GPU generation.
    GenerationTiming {
        /// Id in the catalog's machines.
        id,
        /// Name on the screen.
        name,
        /// Id of the fitted generation that it is, or whose constants are scaled: NCCL uses as many channels.
        family,
        ;
        /// Start-up of ring and tree with LL, µs.
        t0_ll_us,
        /// Rate of one channel with LL, GB/s.
        w1_ll_gb_s,
        /// Start-up of ring and tree with LL128, µs.
        t0_ll128_us,
        /// Start-up of ring and tree with Simple, µs.
        t0_simple_us,
        /// Latency of a step over NVLink with LL, µs.
        a_ll_us,
        /// The same with LL128, µs.
        a_ll128_us,
        /// The same with Simple, µs.
        a_simple_us,
        /// Rate of a ring over the NVLink port, GB/s.
        ring_gb_s,
        /// Rate of a tree over the NVLink port, GB/s.
        tree_gb_s,
        /// Cap on all channels together with LL, GB/s.
        ll_cap_gb_s,
        /// Share of a round that each stage of a tree adds with LL.
        phi_ll,
        /// The same with LL128.
        phi_ll128,
        /// The same with Simple.
        phi_simple,
        /// Overhead of a round of a tree with LL, µs.
        round_ll_us,
        /// The same with LL128, µs.
        round_ll128_us,
        /// The same with Simple, µs.
        round_simple_us,
        /// Start-up of a ring with one pass, and of a chain, with LL, µs.
        pass_t0_ll_us,
        /// The same with LL128, µs.
        pass_t0_ll128_us,
        /// The same with Simple, µs.
        pass_t0_simple_us,
        /// Latency of a step of them over NVLink with LL, µs.
        pass_a_ll_us,
        /// Start-up of point-to-point calls, µs.
        p2p_t0_us,
        /// Rate of one channel of a peer, GB/s.
        p2p_channel_gb_s,
        /// Rate of all channels of a GPU together, as a share of `ring_gb_s`.
        p2p_share,
        ;
        /// Rate of one channel of a ring with one pass between nodes, GB/s; without it that of the network.
        pass_channel_gb_s,
        /// Start-up of NVLS, µs.
        t0_nvls_us,
        /// Overhead of a round of NVLS, µs.
        round_nvls_us,
        /// Rounds that fill the NVLS pipeline.
        fill_nvls,
        /// Rate of NVLS, GB/s.
        nvls_gb_s,
        /// Rate of NVLS inside the nodes of an NVLSTree, as a share of `nvls_gb_s`.
        entry,
        /// Rate of NVLS in an NVL72, GB/s.
        nvls72_gb_s,
        /// Proxy time per message in an NVL72, µs.
        tau72_us,
    }
}

figures! {
    /// Constants of one kind of network.
    NetworkTiming {
        /// Id in the catalog's networks.
        id,
        /// Name on the screen.
        name,
        ;
        /// Latency of a ring's step over the network with LL, µs.
        a_ll_us,
        /// The same with LL128, µs.
        a_ll128_us,
        /// The same with Simple, µs.
        a_simple_us,
        /// Latency of a tree's stage over the network with LL, µs.
        t_ll_us,
        /// The same with LL128, µs.
        t_ll128_us,
        /// The same with Simple, µs.
        t_simple_us,
        /// Extra latency of each step inside a node when the ring spans several, with LL, µs.
        e_ll_us,
        /// The same with LL128, µs.
        e_ll128_us,
        /// The same with Simple, µs.
        e_simple_us,
        /// Useful rate of a 400 Gb/s NIC, GB/s.
        nic_gb_s,
        /// Cap on all channels together with LL, GB/s.
        ll_cap_gb_s,
        /// Proxy time per message, µs.
        tau_us,
        /// Rate of one channel, GB/s.
        channel_gb_s,
        /// Latency of an NVLSTree's stage over the network, µs.
        a_nvls_us,
        /// Rounds that each stage of an NVLSTree adds to the fill.
        fill_nvls,
        ;
    }
}

/// Constants that are those of another generation, scaled by lanes and rates: an estimate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaledTiming {
    id: String,
    name: String,
    /// Id of the fitted generation.
    like: String,
    /// Factor on the rates of rings and trees.
    nvlink: f64,
    /// Factor on the rate of NVLS; without it there is none.
    #[serde(default)]
    nvls: Option<f64>,
    /// Factor on the rate of NVLS in a rack.
    #[serde(default)]
    nvls_rack: Option<f64>,
    /// How the factors were determined.
    source: String,
}

impl ScaledTiming {
    /// The constants, all of them estimates.
    fn constants(&self, like: &GenerationTiming) -> GenerationTiming {
        let mut scaled = GenerationTiming {
            id: self.id.clone(),
            name: self.name.clone(),
            family: like.family.clone(),
            ..like.clone()
        };
        for rate in [&mut scaled.ring_gb_s, &mut scaled.tree_gb_s, &mut scaled.ll_cap_gb_s] {
            rate.value *= self.nvlink;
        }
        for (rate, factor) in [(&mut scaled.nvls_gb_s, self.nvls), (&mut scaled.nvls72_gb_s, self.nvls_rack)] {
            *rate = rate.take().zip(factor).map(|(figure, factor)| Figure { value: figure.value * factor, ..figure });
        }
        scaled.figures_mut().for_each(|figure| {
            figure.grade = Grade::Estimate;
            figure.source = format!("{}; {}", self.source, figure.source);
        });
        scaled
    }
}

/// All constants of the measured timing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NcclTiming {
    /// By GPU generation.
    pub generations: Vec<GenerationTiming>,
    /// By kind of network.
    pub networks: Vec<NetworkTiming>,
    /// Generations that are not fitted; empty once they are among the others.
    #[serde(default, skip_serializing)]
    scaled: Vec<ScaledTiming>,
}

impl NcclTiming {
    /// Reads the constants that are built into the program.
    ///
    /// # Errors
    /// The file does not parse, or a figure is negative or not finite.
    pub fn bundled() -> Result<NcclTiming, CatalogError> {
        let error = |problem: String| CatalogError { file: FILE.to_owned(), problem };
        let mut timing: NcclTiming = ron::from_str(TEXT).map_err(|problem| error(problem.to_string()))?;
        for scaled in std::mem::take(&mut timing.scaled) {
            let Some(like) = timing.generation(&scaled.like) else {
                return Err(error(format!("`{}` is like `{}`, which is not in the list", scaled.id, scaled.like)));
            };
            let constants = scaled.constants(like);
            timing.generations.push(constants);
        }
        let generations = timing.generations.iter().flat_map(GenerationTiming::figures);
        let networks = timing.networks.iter().flat_map(NetworkTiming::figures);
        for (name, figure) in generations.chain(networks) {
            if !figure.value.is_finite() || figure.value < 0.0 {
                return Err(error(format!("{name} is {}; use a finite number of 0 or more", figure.value)));
            }
        }
        Ok(timing)
    }

    /// The constants of a GPU generation.
    pub fn generation(&self, id: &str) -> Option<&GenerationTiming> {
        self.generations.iter().find(|generation| generation.id == id)
    }

    /// The constants of a kind of network.
    pub fn network(&self, id: &str) -> Option<&NetworkTiming> {
        self.networks.iter().find(|network| network.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_constants_are_estimates_at_the_rates_of_their_lanes() {
        let timing = NcclTiming::bundled().expect("the constants");
        let of = |id: &str| timing.generation(id).expect("a generation").clone();
        let (h100, h800) = (of("h100"), of("h800"));
        assert!((h800.ring_gb_s.value / h100.ring_gb_s.value - 8.0 / 18.0).abs() < 1e-3);
        let nvls = |generation: &GenerationTiming| generation.nvls_gb_s.as_ref().expect("NVLS").value;
        assert!((nvls(&h800) / nvls(&h100) - 8.0 / 18.0).abs() < 1e-3);
        // Software takes as long.
        assert_eq!(h800.t0_ll_us.value, h100.t0_ll_us.value);
        assert!(h800.figures().iter().all(|(_, figure)| figure.grade == Grade::Estimate));
        assert_eq!((h800.family.as_str(), h100.ring_gb_s.grade), ("h100", Grade::Fitted));
        // Cards over PCIe have no switch that adds.
        assert!(of("l40s").nvls_gb_s.is_none());
    }
}
