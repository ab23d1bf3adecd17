//! The JSON of Chakra's feeder: `workload_graph` with a node for each operation.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::node::{MAX_DEPENDENCIES, MAX_NODES, Node};
use crate::import::error::ImportError;
use crate::import::json::json_error;
use crate::import::json::scalar::{Numbers, Scalar};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    workload_graph: Nodes,
}

/// The list of nodes. Its limits are counted while it is read: small text makes large nodes.
#[derive(Debug, Default)]
struct Nodes(Vec<Node>);

struct NodesVisitor;

impl<'de> Visitor<'de> for NodesVisitor {
    type Value = Nodes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of nodes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Nodes, A::Error> {
        let (mut nodes, mut dependencies) = (Vec::new(), 0);
        while let Some(JsonNode(node)) = list.next_element()? {
            dependencies += node.control.len() + node.data.len();
            if nodes.len() >= MAX_NODES {
                return Err(A::Error::custom("more than 1,000,000 nodes; keep the part of one step"));
            }
            if dependencies > MAX_DEPENDENCIES {
                return Err(A::Error::custom("too many dependencies; keep the part of one step"));
            }
            nodes.push(node);
        }
        Ok(Nodes(nodes))
    }
}

impl<'de> Deserialize<'de> for Nodes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Nodes, D::Error> {
        deserializer.deserialize_seq(NodesVisitor)
    }
}

/// A node whose keys are spelled in any way: `Id`, `node_type`, `dataDeps`.
#[derive(Debug, Default)]
struct JsonNode(Node);

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = JsonNode;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonNode, A::Error> {
        let mut node = Node::default();
        while let Some(key) = map.next_key::<Scalar>()? {
            let key = key.text().to_ascii_lowercase().replace('_', "");
            match key.as_str() {
                "id" => node.id = map.next_value::<Scalar>()?.whole().unwrap_or_default(),
                "nodetype" | "type" => node.kind = map.next_value::<Scalar>()?.whole().unwrap_or_default(),
                "ctrldeps" => node.control.extend(ids(map.next_value()?)),
                "datadeps" => node.data.extend(ids(map.next_value()?)),
                "runtime" | "durationmicros" => {
                    node.duration_us = map.next_value::<Scalar>()?.whole().unwrap_or_default()
                }
                "commtype" => node.comm_type = map.next_value::<Scalar>()?.whole(),
                "commsize" => node.comm_size = map.next_value::<Scalar>()?.whole(),
                "commsrc" => node.source = map.next_value::<Scalar>()?.whole(),
                "commdst" => node.destination = map.next_value::<Scalar>()?.whole(),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(JsonNode(node))
    }
}

impl<'de> Deserialize<'de> for JsonNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonNode, D::Error> {
        deserializer.deserialize_map(NodeVisitor)
    }
}

fn ids(numbers: Numbers) -> impl Iterator<Item = u64> {
    numbers.0.into_iter().filter(|id| *id >= 0.0).map(|id| id as u64)
}

/// The nodes of a file.
pub(super) fn read(reader: impl Read) -> Result<Vec<Node>, ImportError> {
    // What follows the object, such as the fence of a pasted file, does not matter.
    let mut json = serde_json::Deserializer::from_reader(reader);
    let file = File::deserialize(&mut json).map_err(json_error)?;
    Ok(file.workload_graph.0)
}
