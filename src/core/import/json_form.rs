//! Which JSON a file is, by the keys at its beginning.

use super::form::{Form, Unsupported};
use super::recognised::Recognised;

/// What a text that begins with `{` or `[` is.
pub(super) fn json_form(start: &str) -> Option<Recognised> {
    let has = |key: &str| start.contains(&format!("\"{key}\""));
    let supported = |form| Some(Recognised::Supported(form));
    let refused = |form| Some(Recognised::Refused(form));
    if has("coll_perf") || has("p2p_perf") {
        return supported(Form::Inspector);
    }
    // The example plugin writes bare words and 0x numbers.
    if start.starts_with('[') && has("GROUP_API") || start.contains("\"Stream\": 0x") {
        return refused(Unsupported::ProfilerExample);
    }
    // Nodes one after the other or in a list, as Chakra's jsonizer and its converters write them.
    let has_deps = ["data_deps", "dataDeps", "ctrl_deps", "ctrlDeps"].iter().any(|key| has(key));
    let has_nodes = has("type") && (has_deps || has("attr") && start.contains("\"comm_"));
    if has("workload_graph") || has_nodes && !has("nodes") && !has("traceEvents") {
        return supported(Form::ChakraJson);
    }
    if has("schema") && has("nodes") {
        return refused(Unsupported::ExecutionTrace);
    }
    if has("pg_config") && has("entries") {
        return refused(Unsupported::FlightRecorder);
    }
    // `traceEvents` may stand far behind the properties of devices.
    let is_trace = has("traceEvents") || has("schemaVersion") || has("deviceProperties") || has("distributedInfo");
    // A bare list of events.
    let is_list = start.starts_with('[') && has("ph") && has("ts");
    if is_trace || is_list {
        return supported(Form::ProfilerTrace);
    }
    None
}
