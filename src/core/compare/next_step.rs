//! Tests that confirm a change, or tell it from others that look the same.

use super::changed_input::{Changed, ChangedInput, Choice};
use crate::nccl::MeasuredInputs;

/// A test of a change, as a sentence.
pub(super) fn next_step(inputs: &MeasuredInputs, changed: &Changed) -> String {
    let setting = changed.choice.map_or("NCCL_ALGO", Choice::setting);
    match changed.parameter {
        ChangedInput::Nvls => "Run with NCCL_DEBUG=INFO and look for a line on NVLS multicast support; run with \
                               NCCL_NVLS_ENABLE=0: if the times stay the same, NVLS was off. Check the fabric manager, and \
                               whether the container or virtual machine allows multicast."
            .to_owned(),
        ChangedInput::Lanes => "Run `nvidia-smi nvlink --status` on every node and count the active links of each GPU; \
                                compare the model of the GPU, because H800 and A800 have fewer."
            .to_owned(),
        ChangedInput::Nvlink => "Run `nvidia-smi topo -m`: every pair of GPUs must show NV; run with NCCL_DEBUG=INFO: \
                                 channels must say P2P and not SHM or NET."
            .to_owned(),
        ChangedInput::Tcp => "Run with NCCL_DEBUG=INFO and look for NET/Socket, which is TCP, instead of NET/IB; check \
                              NCCL_IB_DISABLE, NCCL_IB_HCA and the plugin of the network."
            .to_owned(),
        ChangedInput::Nics => "Run with NCCL_DEBUG=INFO and count the NICs in the line NET/IB : Using; run `ib_write_bw` \
                               over each NIC alone to find a slow one."
            .to_owned(),
        ChangedInput::OneNic => "Run `ib_write_bw` over each NIC alone: one that is slow is the cause; if all are at their \
                                 line rate, look at what every transfer pays (GPUDirect RDMA, PCIe ACS, relaxed ordering)."
            .to_owned(),
        ChangedInput::Step => {
            let path = if inputs.nodes > 1 {
                "Run `ib_write_bw` over each NIC alone, to and from the memory of a GPU: if all are at their line rate, each \
                 transfer pays for something else (GPUDirect RDMA off, PCIe ACS on, a slow proxy thread)."
            } else {
                "Compare NCCL_DEBUG=INFO with a healthy node: channels must say P2P, not SHM."
            };
            path.to_owned()
        }
        ChangedInput::Algorithm => format!(
            "Run with {setting}: if the times stay the same, that is what NCCL picks. NCCL_DEBUG_SUBSYS=TUNING prints \
             its choice."
        ),
        ChangedInput::AlgorithmAndNics => format!(
            "Run with {setting}: if the times stay the same, that is what NCCL picks. Count the NICs in the line NET/IB \
             : Using of NCCL_DEBUG=INFO."
        ),
        ChangedInput::Protocol => {
            format!("Run with {setting}: if the times stay the same, that is what NCCL picks.")
        }
        ChangedInput::Channels => "Run with NCCL_DEBUG=INFO and count the channels; unset NCCL_MAX_NCHANNELS and \
                                   NCCL_MAX_CTAS, or set NCCL_MIN_NCHANNELS."
            .to_owned(),
        ChangedInput::PeerChannels => "Run with NCCL_NCHANNELS_PER_NET_PEER=4: if the rate grows, channels per peer were the \
                                       limit. NCCL lowers them with the number of ranks."
            .to_owned(),
        ChangedInput::Host => "Look at the time of the shortest message: it holds the same extra time. Check the clock of \
                               the CPU, its power mode, and the benchmark's own overhead."
            .to_owned(),
    }
}
