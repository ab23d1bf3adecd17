//! The constants of the `measured` timing: catalog data, each with its unit, its source and its grade.
//!
//! They were fitted once, on 39 public logs of `nccl-tests`, and are frozen. Some of them take up cost of unknown
//! origin; their sources say so, and they are never shown as facts about hardware.

use serde::{Deserialize, Serialize};

use super::CatalogError;
use super::figure::{Figure, figures};

const FILE: &str = "timing/nccl.ron";
const TEXT: &str = include_str!("../../assets/catalog/timing/nccl.ron");

figures! {
    /// Constants of one GPU generation.
    GenerationTiming {
        /// Name in the catalog's machines.
        id,
        /// Name on the screen.
        name,
        ;
        /// Start-up of ring and tree with LL.
        t0_ll_us,
        /// One channel with LL.
        w1_ll_gb_s,
        /// Start-up with LL128.
        t0_ll128_us,
        /// Start-up with Simple.
        t0_simple_us,
        /// Step over NVLink with LL.
        a_ll_us,
        /// Step over NVLink with LL128.
        a_ll128_us,
        /// Step over NVLink with Simple.
        a_simple_us,
        /// What a ring gets of the NVLink port.
        ring_gb_s,
        /// What a tree gets of it.
        tree_gb_s,
        /// Cap of all channels with LL.
        ll_cap_gb_s,
        /// Share of a round that each stage of a tree adds, with LL.
        phi_ll,
        /// The same with LL128.
        phi_ll128,
        /// The same with Simple.
        phi_simple,
        /// Overhead of a round of a tree with LL.
        round_ll_us,
        /// The same with LL128.
        round_ll128_us,
        /// The same with Simple.
        round_simple_us,
        ;
        /// Start-up of NVLS.
        t0_nvls_us,
        /// Overhead of a round of NVLS.
        round_nvls_us,
        /// Rounds that fill its pipeline.
        fill_nvls,
        /// Rate of NVLS.
        nvls_gb_s,
        /// Its share inside the nodes of an NVLSTree.
        entry,
        /// Rate of NVLS in an NVL72.
        nvls72_gb_s,
        /// Message of the proxy in an NVL72.
        tau72_us,
    }
}

figures! {
    /// Constants of one kind of network.
    NetworkTiming {
        /// Name in the table.
        id,
        /// Name on the screen.
        name,
        ;
        /// Step of a ring over the network with LL.
        a_ll_us,
        /// The same with LL128.
        a_ll128_us,
        /// The same with Simple.
        a_simple_us,
        /// Stage of a tree over the network with LL.
        t_ll_us,
        /// The same with LL128.
        t_ll128_us,
        /// The same with Simple.
        t_simple_us,
        /// What each step inside a node takes longer in a ring over several, with LL.
        e_ll_us,
        /// The same with LL128.
        e_ll128_us,
        /// The same with Simple.
        e_simple_us,
        /// Useful rate of a NIC of 400 Gb/s.
        nic_gb_s,
        /// Cap of all channels with LL.
        ll_cap_gb_s,
        /// Message of the proxy.
        tau_us,
        /// One channel.
        channel_gb_s,
        /// Stage of an NVLSTree over the network.
        a_nvls_us,
        /// Rounds that each of its stages adds to the fill.
        fill_nvls,
        ;
    }
}

/// All constants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NcclTiming {
    /// By GPU generation.
    pub generations: Vec<GenerationTiming>,
    /// By kind of network.
    pub networks: Vec<NetworkTiming>,
}

impl NcclTiming {
    /// The constants that come with the program.
    ///
    /// # Errors
    /// A file that is none, or with a figure that is not finite.
    pub fn bundled() -> Result<NcclTiming, CatalogError> {
        let error = |problem: String| CatalogError { file: FILE.to_owned(), problem };
        let timing: NcclTiming = ron::from_str(TEXT).map_err(|problem| error(problem.to_string()))?;
        let generations = timing.generations.iter().flat_map(GenerationTiming::figures);
        let networks = timing.networks.iter().flat_map(NetworkTiming::figures);
        for (name, figure) in generations.chain(networks) {
            if !figure.value.is_finite() || figure.value < 0.0 {
                return Err(error(format!("{name} is {}", figure.value)));
            }
        }
        Ok(timing)
    }

    /// The constants of a generation.
    pub fn generation(&self, id: &str) -> Option<&GenerationTiming> {
        self.generations.iter().find(|generation| generation.id == id)
    }

    /// The constants of a kind of network.
    pub fn network(&self, id: &str) -> Option<&NetworkTiming> {
        self.networks.iter().find(|network| network.id == id)
    }
}
