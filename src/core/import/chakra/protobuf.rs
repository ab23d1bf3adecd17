//! The protobuf form: messages with their length before them, metadata first.

use super::node::{MAX_DEPENDENCIES, MAX_NODES, Node};
use super::wire::{Fields, Wire};
use crate::import::error::ImportError;

/// Largest metadata: a custom collective carries its whole source there.
const MAX_METADATA: u64 = 1 << 20;

/// Whether bytes begin like a trace: a length, metadata of that length, and a second message.
pub(in crate::import) fn begins(head: &[u8]) -> bool {
    let mut fields = Fields::new(head, 0);
    let Ok(length) = fields.varint() else { return false };
    if length == 0 || length > MAX_METADATA {
        return false;
    }
    // The first bytes of a file may end inside a long metadata.
    let Ok((metadata, _)) = fields.take(length) else {
        return head.len() >= 1_024 && head.get(3).is_some_and(|tag| matches!(tag, 0x0a | 0x12));
    };
    if !matches!(metadata.first(), Some(0x0a | 0x12)) {
        return false;
    }
    let second = fields.varint();
    fields.is_empty() || (second.is_ok_and(|length| length > 0) && fields.field().is_ok_and(|(number, _)| number <= 10))
}

/// The nodes of a trace.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Node>, ImportError> {
    let mut messages = Fields::new(bytes, 0);
    let length = messages.varint()?;
    messages.take(length)?;
    let (mut nodes, mut dependencies) = (Vec::new(), 0);
    while !messages.is_empty() {
        let length = messages.varint()?;
        let (message, place) = messages.take(length)?;
        let node = node(message, place)?;
        dependencies += node.data.len() + node.control.len();
        if nodes.len() >= MAX_NODES || dependencies > MAX_DEPENDENCIES {
            return Err(ImportError::byte(place, "more than 1,000,000 nodes", "keep the part of one step"));
        }
        nodes.push(node);
    }
    Ok(nodes)
}

fn node(bytes: &[u8], place: u64) -> Result<Node, ImportError> {
    let mut fields = Fields::new(bytes, place);
    let mut node = Node::default();
    while !fields.is_empty() {
        match fields.field()? {
            (1, Wire::Number(id)) => node.id = id,
            (3, Wire::Number(kind)) => node.kind = kind,
            (4, Wire::Number(id)) => node.control.push(id),
            (5, Wire::Number(id)) => node.data.push(id),
            (field @ (4 | 5), Wire::Bytes(packed, place)) => {
                let mut ids = Fields::new(packed, place);
                let list = if field == 4 { &mut node.control } else { &mut node.data };
                while !ids.is_empty() {
                    list.push(ids.varint()?);
                }
            }
            (7, Wire::Number(us)) => node.duration_us = us,
            (10, Wire::Bytes(attribute, place)) => take_attribute(&mut node, attribute, place)?,
            (_, Wire::Number(_) | Wire::Fixed32(_) | Wire::Fixed64(_) | Wire::Bytes(..)) => {}
        }
    }
    Ok(node)
}

fn take_attribute(node: &mut Node, bytes: &[u8], place: u64) -> Result<(), ImportError> {
    let mut fields = Fields::new(bytes, place);
    let (mut name, mut value): (&[u8], Option<u64>) = (&[], None);
    while !fields.is_empty() {
        match fields.field()? {
            (1, Wire::Bytes(text, _)) => name = text,
            // Any kind of whole number: 32 or 64 bits, signed (zigzag) or not, fixed or not.
            (15 | 17, Wire::Number(zigzag)) => value = Some(zigzag >> 1),
            (7 | 9 | 11 | 13, Wire::Number(number)) => value = Some(number),
            (19 | 23, Wire::Fixed32(number)) => value = Some(u64::from(number)),
            (21 | 25, Wire::Fixed64(number)) => value = Some(number),
            (_, Wire::Number(_) | Wire::Fixed32(_) | Wire::Fixed64(_) | Wire::Bytes(..)) => {}
        }
    }
    match name {
        b"comm_type" => node.comm_type = value,
        b"comm_size" => node.comm_size = value,
        b"comm_src" => node.source = value,
        b"comm_dst" => node.destination = value,
        _ => {}
    }
    Ok(())
}
