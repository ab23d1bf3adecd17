//! PyTorch's names of collectives and of element types.

use crate::scene::Collective;

/// Which of a call's counts is its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// The elements that go in.
    In,
    /// The elements that come out.
    Out,
}

/// A name in a trace without signs: `_allgather_base` is `allgatherbase`.
fn plain(name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphabetic()).collect::<String>().to_ascii_lowercase();
    plain.trim_start_matches("nccl").to_owned()
}

/// Whether a name is that of the receiving side of a send, which moves what the sender counts.
pub(super) fn is_receive(name: &str) -> bool {
    matches!(plain(name).as_str(), "recv" | "recvanysource" | "irecv")
}

/// The collective of a name in a trace, such as `_allgather_base`; `None` for waits and barriers.
pub(super) fn by_name(name: &str) -> Option<(Collective, Counted)> {
    let plain = plain(name);
    Some(match plain.as_str() {
        "send" | "isend" => (Collective::SendRecv, Counted::In),
        "recv" | "recvanysource" | "irecv" => (Collective::SendRecv, Counted::Out),
        "allreduce" | "allreducecoalesced" => (Collective::AllReduce, Counted::In),
        "broadcast" | "broadcastoop" => (Collective::Broadcast, Counted::In),
        "reduce" | "reduceoop" => (Collective::Reduce, Counted::In),
        _ if plain.starts_with("allgather") => (Collective::AllGather, Counted::Out),
        _ if plain.starts_with("reducescatter") => (Collective::ReduceScatter, Counted::In),
        _ if plain.starts_with("alltoall") => (Collective::AllToAll, Counted::In),
        _ => return None,
    })
}

/// The collective of a kernel whose call has no name, such as `ncclDevKernel_AllReduce_Sum_f32_RING_LL(…)`.
pub(super) fn by_kernel(name: &str) -> Option<Collective> {
    let names = [
        ("AllReduce", Collective::AllReduce),
        ("AllGather", Collective::AllGather),
        ("ReduceScatter", Collective::ReduceScatter),
        ("Broadcast", Collective::Broadcast),
        ("SendRecv", Collective::AllToAll),
        ("Reduce", Collective::Reduce),
    ];
    names.into_iter().find(|(word, _)| name.contains(word)).map(|(_, collective)| collective)
}

/// Bytes of an element type as PyTorch names it.
pub(super) fn element_bytes(name: &str) -> Option<u64> {
    let name = name.trim().to_ascii_lowercase();
    Some(match name.trim_start_matches("c10::") {
        "float" | "int" | "float32" | "int32" => 4,
        "bfloat16" | "half" | "float16" | "short" => 2,
        "double" | "long" | "int64" | "float64" | "long int" => 8,
        "char" | "byte" | "bool" | "int8" | "uint8" | "signed char" | "unsigned char" => 1,
        other if other.starts_with("float8") => 1,
        _ => return None,
    })
}
