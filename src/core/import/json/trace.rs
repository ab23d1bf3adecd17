//! The events of a PyTorch profiler trace that concern collectives, read as a stream.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::collective::{Counted, by_kernel, by_name, element_bytes, is_receive};
use super::json_error;
use super::scalar::{First, Numbers, Scalar};
use crate::import::error::ImportError;
use crate::scene::Collective;

/// Most kernels of collectives.
const MAX_KERNELS: usize = 200_000;
/// Most steps.
const MAX_STEPS: usize = 10_000;
/// Most launches that are kept to find the step of a kernel.
const MAX_LAUNCHES: usize = 4_000_000;

/// A kernel of a collective.
#[derive(Clone, Debug, PartialEq)]
pub struct CommKernel {
    /// Its start, µs.
    pub start_us: f64,
    /// Its duration, µs.
    pub duration_us: f64,
    /// The operation, if it is known.
    pub collective: Option<Collective>,
    /// Bytes as the operation counts them, if they are known.
    pub bytes: Option<u64>,
    /// Ranks of its group.
    pub group_ranks: Option<u64>,
    /// Whether it is the receiving side of a send.
    pub is_receive: bool,
    /// Whether the trace describes the call (PyTorch from 2024).
    pub has_metadata: bool,
    correlation: Option<u64>,
    device: u64,
}

/// A step of the training loop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceStep {
    /// Its number.
    pub number: u64,
    /// Its start, µs.
    pub start_us: f64,
    /// Its end, µs.
    pub end_us: f64,
}

/// A call as the host saw it.
#[derive(Clone, Copy, Debug)]
struct HostCall {
    start_us: f64,
    end_us: f64,
    bytes: Option<u64>,
}

/// What a trace says about collectives.
#[derive(Clone, Debug, Default)]
pub struct ProfilerTrace {
    /// The kernels, by start.
    pub kernels: Vec<CommKernel>,
    /// The steps, by start.
    pub steps: Vec<TraceStep>,
    /// Rank of the file.
    pub rank: Option<u64>,
    /// Ranks of the job.
    pub world_size: Option<u64>,
    /// Name of the GPU.
    pub device: Option<String>,
    /// All events.
    pub events: u64,
    launches: Vec<(u64, f64)>,
    calls: Vec<HostCall>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Event {
    ph: Scalar,
    cat: Scalar,
    name: Scalar,
    ts: Scalar,
    dur: Scalar,
    args: Option<Args>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Args {
    correlation: Scalar,
    device: Scalar,
    #[serde(rename = "Collective name")]
    collective: Scalar,
    #[serde(rename = "In msg nelems")]
    elements_in: Scalar,
    #[serde(rename = "Out msg nelems")]
    elements_out: Scalar,
    #[serde(rename = "Group size")]
    group_size: Scalar,
    dtype: Scalar,
    #[serde(rename = "Input Dims")]
    dims: First<Numbers>,
    #[serde(rename = "Input type")]
    types: First<Scalar>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Distributed {
    rank: Scalar,
    world_size: Scalar,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Device {
    name: Scalar,
}

/// Reads a trace.
///
/// # Errors
/// It is not JSON, or has too many kernels.
pub(in crate::import) fn read(reader: impl Read) -> Result<ProfilerTrace, ImportError> {
    let mut trace = ProfilerTrace::default();
    let mut json = serde_json::Deserializer::from_reader(reader);
    let done = Top(&mut trace).deserialize(&mut json);
    done.map_err(json_error)?;
    if trace.kernels.len() > MAX_KERNELS {
        return Err(ImportError::whole("more than 200,000 kernels of collectives", "profile a few steps only"));
    }
    trace.finish();
    Ok(trace)
}

/// The object around the events, or the bare list of them.
struct Top<'a>(&'a mut ProfilerTrace);

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a trace")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Scalar>()? {
            match key.text() {
                "traceEvents" => map.next_value_seed(Events(self.0))?,
                "deviceProperties" => {
                    let device: First<Device> = map.next_value()?;
                    self.0.device =
                        device.0.map(|device| device.name.text().to_owned()).filter(|name| !name.is_empty());
                }
                "distributedInfo" => {
                    let info: Distributed = map.next_value()?;
                    (self.0.rank, self.0.world_size) = (info.rank.whole(), info.world_size.whole());
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        Events(self.0).visit_seq(list)
    }
}

struct Events<'a>(&'a mut ProfilerTrace);

impl<'de> DeserializeSeed<'de> for Events<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Events<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(event) = list.next_element::<Event>()? {
            self.0.take(&event);
        }
        Ok(())
    }
}

impl ProfilerTrace {
    fn take(&mut self, event: &Event) {
        self.events += 1;
        let Some(start_us) = event.ts.number().filter(|_| event.ph.text() == "X") else { return };
        let duration_us = event.dur.number().filter(|us| *us >= 0.0).unwrap_or(0.0);
        let name = event.name.text();
        // The GPU's copy of an annotation of the host.
        if event.cat.text() == "gpu_user_annotation" {
            return;
        }
        if let Some(number) = name.strip_prefix("ProfilerStep#").and_then(|number| number.trim().parse().ok()) {
            if self.steps.len() < MAX_STEPS {
                self.steps.push(TraceStep { number, start_us, end_us: start_us + duration_us });
            }
            return;
        }
        let Some(args) = &event.args else { return };
        match event.cat.text() {
            "kernel" | "Kernel" if is_collective(name) && self.kernels.len() <= MAX_KERNELS => {
                self.kernels.extend(kernel(name, start_us, duration_us, args));
            }
            "cuda_runtime" | "cuda_driver" | "Runtime" if self.launches.len() < MAX_LAUNCHES => {
                self.launches.extend(args.correlation.whole().map(|correlation| (correlation, start_us)));
            }
            "cpu_op" | "Operator" if name == "record_param_comms" && self.calls.len() < MAX_KERNELS => {
                let elements: f64 = args.dims.0.iter().flat_map(|dims| &dims.0).product();
                let has_dims = args.dims.0.as_ref().is_some_and(|dims| !dims.0.is_empty());
                let size = args.types.0.as_ref().and_then(|name| element_bytes(name.text()));
                let bytes =
                    size.map(|size| elements * size as f64).filter(|bytes| has_dims && (1.0..1e15).contains(bytes));
                let end_us = start_us + duration_us;
                self.calls.push(HostCall { start_us, end_us, bytes: bytes.map(|bytes| bytes as u64) });
            }
            _ => {}
        }
    }

    /// Puts all in order, and finds sizes that only the host's calls have.
    fn finish(&mut self) {
        self.kernels.sort_by(|a, b| a.start_us.total_cmp(&b.start_us));
        // A file of several GPUs of a process: the collectives of the first are those of all.
        let first = self.kernels.first().map(|kernel| kernel.device);
        self.kernels.retain(|kernel| Some(kernel.device) == first);
        self.steps.sort_by(|a, b| a.start_us.total_cmp(&b.start_us));
        self.steps.dedup_by_key(|step| step.number);
        self.launches.sort_by_key(|(correlation, _)| *correlation);
        self.calls.sort_by(|a, b| a.start_us.total_cmp(&b.start_us));
        let launches = std::mem::take(&mut self.launches);
        let launch = |kernel: &CommKernel| {
            let at = launches.binary_search_by_key(&kernel.correlation?, |(correlation, _)| *correlation).ok()?;
            launches.get(at).map(|(_, us)| *us)
        };
        for kernel in &mut self.kernels {
            if kernel.bytes.is_none()
                && let Some(at_us) = launch(kernel)
            {
                let before = self.calls.partition_point(|call| call.start_us <= at_us);
                let call = before.checked_sub(1).and_then(|at| self.calls.get(at));
                kernel.bytes = call.filter(|call| call.end_us >= at_us).and_then(|call| call.bytes);
            }
        }
    }

    /// The kernels that start within a step.
    pub fn of_step(&self, step: &TraceStep) -> impl Iterator<Item = &CommKernel> {
        let place = |at_us: f64| self.kernels.partition_point(|kernel| kernel.start_us < at_us);
        let (first, end) = (place(step.start_us), place(step.end_us));
        self.kernels.get(first..end).unwrap_or_default().iter()
    }
}

fn is_collective(kernel: &str) -> bool {
    kernel.starts_with("nccl") || kernel.starts_with("rccl")
}

/// A kernel; `None` for waits and barriers, which move nothing.
fn kernel(name: &str, start_us: f64, duration_us: f64, args: &Args) -> Option<CommKernel> {
    let called = args.collective.text();
    if matches!(called, "wait" | "barrier") {
        return None;
    }
    let known = by_name(called);
    let counted = known.map_or(Counted::In, |(_, counted)| counted);
    let elements = match counted {
        Counted::In => args.elements_in.whole(),
        Counted::Out => args.elements_out.whole(),
    };
    let bytes = elements.zip(element_bytes(args.dtype.text())).and_then(|(count, size)| count.checked_mul(size));
    let of_call = known.map(|(collective, _)| collective);
    // The kernel of all sends is the same, whatever the call is: it tells only what a call without a name is.
    let of_kernel = by_kernel(name).filter(|collective| called.is_empty() || *collective != Collective::AllToAll);
    Some(CommKernel {
        start_us,
        duration_us,
        collective: of_call.or(of_kernel),
        is_receive: is_receive(called),
        bytes: bytes.filter(|bytes| *bytes > 0),
        group_ranks: args.group_size.whole(),
        has_metadata: !called.is_empty(),
        correlation: args.correlation.whole(),
        device: args.device.whole().unwrap_or_default(),
    })
}
