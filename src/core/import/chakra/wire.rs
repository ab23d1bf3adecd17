//! Protobuf on the wire: fields of a message, each with its place in the file. Nothing is allocated.

use crate::import::error::ImportError;

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wire<'a> {
    /// A whole number.
    Number(u64),
    /// Eight bytes.
    Fixed64(u64),
    /// Four bytes.
    Fixed32(u32),
    /// A text, a message, or packed numbers, and the place where it begins.
    Bytes(&'a [u8], u64),
}

/// A reader of bytes that knows its place in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    bytes: &'a [u8],
    place: u64,
}

fn damaged(place: u64) -> ImportError {
    ImportError::byte(
        place,
        "the protobuf data is damaged or cut",
        "copy the file again; accepted: a Chakra trace of schema 0.0.4",
    )
}

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8], place: u64) -> Fields<'a> {
        Fields { bytes, place }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A number of 7 bits a byte.
    pub(super) fn varint(&mut self) -> Result<u64, ImportError> {
        let start = self.place;
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let Some((&byte, rest)) = self.bytes.split_first() else { return Err(damaged(start)) };
            self.bytes = rest;
            self.place += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(damaged(start))
    }

    /// So many bytes, and where they begin.
    pub(super) fn take(&mut self, length: u64) -> Result<(&'a [u8], u64), ImportError> {
        let start = self.place;
        let taken = usize::try_from(length).ok().and_then(|length| self.bytes.split_at_checked(length));
        let (taken, rest) = taken.ok_or_else(|| damaged(start))?;
        self.bytes = rest;
        self.place += length;
        Ok((taken, start))
    }

    /// The next field.
    pub(super) fn field(&mut self) -> Result<(u64, Wire<'a>), ImportError> {
        let start = self.place;
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Wire::Number(self.varint()?),
            1 => Wire::Fixed64(self.take(8)?.0.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))),
            2 => {
                let length = self.varint()?;
                let (bytes, place) = self.take(length)?;
                Wire::Bytes(bytes, place)
            }
            5 => Wire::Fixed32(self.take(4)?.0.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte))),
            _ => return Err(damaged(start)),
        };
        match tag >> 3 {
            0 => Err(damaged(start)),
            number => Ok((number, value)),
        }
    }
}
