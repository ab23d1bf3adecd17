//! Chakra's traces as JSON: `workload_graph` with a node for each operation, as its feeder takes them, a list of nodes, or nodes one
//! after the other, as its jsonizer writes the protobuf.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::node::{COLLECTIVE, COMPUTATION, MAX_DEPENDENCIES, MAX_NODES, Node, RECEIVE, SEND};
use crate::import::error::ImportError;
use crate::import::json::json_error;
use crate::import::json::scalar::{Numbers, Scalar};

/// Most attributes of a node that are kept.
const MAX_ATTRIBUTES: usize = 16;

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
        while let Some(value) = list.next_element()? {
            // Nothing that has nodes is a node.
            let JsonValue::Node(node) = value else { continue };
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

/// A node whose keys are spelled in any way: `Id`, `node_type`, `dataDeps`; or the nodes of a file.
#[derive(Debug)]
enum JsonValue {
    Node(Node),
    Nodes(Nodes),
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = JsonValue;

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<JsonValue, A::Error> {
        NodesVisitor.visit_seq(list).map(JsonValue::Nodes)
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonValue, A::Error> {
        let (mut node, mut nodes) = (Node::default(), None);
        while let Some(key) = map.next_key::<Scalar>()? {
            let key = key.text().to_ascii_lowercase().replace('_', "");
            match key.as_str() {
                "id" => node.id = map.next_value::<Scalar>()?.whole().unwrap_or_default(),
                "nodetype" | "type" => node.kind = kind(&map.next_value()?),
                "ctrldeps" => node.control.extend(ids(map.next_value()?)),
                "datadeps" => node.data.extend(ids(map.next_value()?)),
                "runtime" | "durationmicros" => {
                    node.duration_us = map.next_value::<Scalar>()?.whole().unwrap_or_default()
                }
                "commtype" => node.comm_type = map.next_value::<Scalar>()?.whole(),
                "commsize" => node.comm_size = map.next_value::<Scalar>()?.whole(),
                "commsrc" => node.source = map.next_value::<Scalar>()?.whole(),
                "commdst" => node.destination = map.next_value::<Scalar>()?.whole(),
                "attr" | "attrs" => {
                    let Attributes(list) = map.next_value()?;
                    list.into_iter().for_each(|attribute| attribute.give(&mut node));
                }
                // The feeder's file around the nodes.
                "workloadgraph" => nodes = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(match nodes {
            Some(nodes) => JsonValue::Nodes(nodes),
            None => JsonValue::Node(node),
        })
    }
}

impl<'de> Deserialize<'de> for JsonValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonValue, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

/// The number of a kind of node, which the jsonizer writes as its name.
fn kind(value: &Scalar) -> u64 {
    match value.text() {
        "COMP_NODE" => COMPUTATION,
        "COMM_SEND_NODE" => SEND,
        "COMM_RECV_NODE" => RECEIVE,
        "COMM_COLL_NODE" => COLLECTIVE,
        _ => value.whole().unwrap_or_default(),
    }
}

/// The number of an operation, or of its name in the schema.
fn comm_type(value: &Scalar) -> Option<u64> {
    let names = [
        "ALL_REDUCE",
        "REDUCE",
        "ALL_GATHER",
        "GATHER",
        "SCATTER",
        "BROADCAST",
        "ALL_TO_ALL",
        "REDUCE_SCATTER",
        "REDUCE_SCATTER_BLOCK",
        "BARRIER",
    ];
    names.into_iter().zip(0..).find(|(name, _)| *name == value.text()).map(|(_, number)| number).or(value.whole())
}

/// An attribute: `{"name": "comm_size", "int64_val": 1024}`, the value under a key by its type.
#[derive(Debug, Default)]
struct Attribute {
    name: String,
    value: Scalar,
}

impl Attribute {
    fn give(self, node: &mut Node) {
        match self.name.as_str() {
            "comm_type" => node.comm_type = comm_type(&self.value),
            "comm_size" => node.comm_size = self.value.whole(),
            "comm_src" => node.source = self.value.whole(),
            "comm_dst" => node.destination = self.value.whole(),
            _ => {}
        }
    }
}

struct AttributeVisitor;

impl<'de> Visitor<'de> for AttributeVisitor {
    type Value = Attribute;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attribute, A::Error> {
        let mut attribute = Attribute::default();
        while let Some(key) = map.next_key::<Scalar>()? {
            let key = key.text().to_ascii_lowercase();
            match key.as_str() {
                "name" => map.next_value::<Scalar>()?.text().clone_into(&mut attribute.name),
                _ if key.ends_with("val") || key == "value" => attribute.value = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(attribute)
    }
}

impl<'de> Deserialize<'de> for Attribute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Attribute, D::Error> {
        deserializer.deserialize_map(AttributeVisitor)
    }
}

/// The attributes that matter of a node's list.
struct Attributes(Vec<Attribute>);

struct AttributesVisitor;

impl<'de> Visitor<'de> for AttributesVisitor {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of attributes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Attributes, A::Error> {
        let mut attributes = Vec::new();
        while let Some(attribute) = list.next_element::<Attribute>()? {
            if attribute.name.starts_with("comm_") && attributes.len() < MAX_ATTRIBUTES {
                attributes.push(attribute);
            }
        }
        Ok(Attributes(attributes))
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Attributes, D::Error> {
        deserializer.deserialize_seq(AttributesVisitor)
    }
}

fn ids(numbers: Numbers) -> impl Iterator<Item = u64> {
    numbers.0.into_iter().filter(|id| *id >= 0.0).map(|id| id as u64)
}

/// The nodes of a file.
pub(super) fn read(reader: impl Read) -> Result<Vec<Node>, ImportError> {
    let mut values = serde_json::Deserializer::from_reader(reader).into_iter::<JsonValue>();
    let (mut nodes, mut dependencies) = (Vec::new(), 0);
    loop {
        match values.next() {
            Some(Ok(JsonValue::Nodes(Nodes(list)))) => return Ok(list),
            // The metadata have no kind.
            Some(Ok(JsonValue::Node(node))) if node.kind == 0 => {}
            Some(Ok(JsonValue::Node(node))) => {
                dependencies += node.control.len() + node.data.len();
                if nodes.len() >= MAX_NODES || dependencies > MAX_DEPENDENCIES {
                    let problem = "more than 1,000,000 nodes, or too many dependencies";
                    return Err(ImportError::whole(problem, "keep the part of one step"));
                }
                nodes.push(node);
            }
            // What follows the nodes, such as the fence of a pasted file, does not matter.
            Some(Err(error)) if nodes.is_empty() || error.is_eof() => return Err(json_error(error)),
            Some(Err(_)) | None => return Ok(nodes),
        }
    }
}
