//! The constants of the measured timing: catalog data, each with its unit, its source and its grade.
//!
//! They were fitted once, on 39 public logs of `nccl-tests`, and are frozen. Some of them absorb cost of unknown origin
//! ([`Figure::absorbs_unknown_cost`]): they are marked, and never shown as facts about hardware.

use serde::{Deserialize, Serialize};

use super::error::CatalogError;
use super::figure::{Figure, figures};

const FILE: &str = "timing/nccl.ron";
const TEXT: &str = include_str!("../../assets/catalog/timing/nccl.ron");

figures! {
    /// Constants of one GPU generation.
    GenerationTiming {
        /// Id in the catalog's machines.
        id,
        /// Name on the screen.
        name,
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
        ;
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

/// All constants of the measured timing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NcclTiming {
    /// By GPU generation.
    pub generations: Vec<GenerationTiming>,
    /// By kind of network.
    pub networks: Vec<NetworkTiming>,
}

impl NcclTiming {
    /// Reads the constants that are built into the program.
    ///
    /// # Errors
    /// The file does not parse, or a figure is negative or not finite.
    pub fn bundled() -> Result<NcclTiming, CatalogError> {
        let error = |problem: String| CatalogError { file: FILE.to_owned(), problem };
        let timing: NcclTiming = ron::from_str(TEXT).map_err(|problem| error(problem.to_string()))?;
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
