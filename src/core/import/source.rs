//! The bytes of a file: inflated if they are gzip, within limits.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::error::ImportError;
use super::plain_text::plain_text;
use crate::nccl_log::container_lines;
use crate::units::from_utf16;

/// Largest file.
pub(super) const MAX_FILE_BYTES: u64 = 1 << 30;
/// Largest content of a gzip file.
const MAX_INFLATED_BYTES: u64 = 1 << 30;
/// Inflated bytes for each packed one above which a file is a bomb.
const MAX_RATIO: u64 = 200;
/// Inflated bytes below which the ratio does not matter.
const FREE_BYTES: u64 = 1 << 20;
/// Largest text of a reader that takes a whole text.
pub(super) const MAX_TEXT_BYTES: u64 = 64 << 20;
/// Bytes at the beginning that tell what a file is.
pub(super) const HEAD_BYTES: usize = 64 << 10;

/// The first two bytes of gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The byte order mark of UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// What the lines begin with in which container engines keep a log.
const CONTAINER_LINE: &[u8] = b"{\"log\":";

/// What a limit of the reader says when it is passed. It travels through `io::Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Limit {
    #[error("inflates to more than 200 times its size")]
    Bomb,
    #[error("is larger than 1 GiB")]
    Size,
}

/// Counts what passes and stops at a limit.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        if self.count > MAX_FILE_BYTES { Err(io::Error::other(Limit::Size)) } else { Ok(read) }
    }
}

/// Inflates, and stops at a bomb.
struct Inflated<R> {
    inner: MultiGzDecoder<BufReader<Counted<R>>>,
    count: u64,
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        let packed = self.inner.get_ref().get_ref().count;
        if self.count > MAX_INFLATED_BYTES {
            return Err(io::Error::other(Limit::Size));
        }
        if self.count > FREE_BYTES && self.count / MAX_RATIO > packed {
            return Err(io::Error::other(Limit::Bomb));
        }
        Ok(read)
    }
}

/// The content of a file, plain.
pub(super) struct Source<'a> {
    /// Its first bytes.
    pub head: Vec<u8>,
    rest: Box<dyn Read + 'a>,
}

impl<'a> Source<'a> {
    /// Opens a reader: looks at the first bytes, and inflates what is gzip.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn open(reader: impl Read + 'a) -> Result<Source<'a>, ImportError> {
        let mut packed = BufReader::new(Counted { inner: reader, count: 0 });
        let is_gzip = packed.fill_buf().map_err(|error| unreadable(&error))?.starts_with(&GZIP);
        let mut rest: Box<dyn Read + 'a> = match is_gzip {
            true => {
                // The buffer that was looked at comes first.
                let inner = Counted { inner: packed, count: 0 };
                Box::new(Inflated { inner: MultiGzDecoder::new(BufReader::new(inner)), count: 0 })
            }
            false => Box::new(packed),
        };
        let mut head = Vec::new();
        (&mut rest).take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
        let is_utf16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
        let mut source = Source { head, rest };
        if is_utf16 || source.head.trim_ascii_start().starts_with(CONTAINER_LINE) {
            source = source.rewritten(is_utf16)?;
        }
        if source.head.starts_with(BYTE_ORDER_MARK) {
            source.head.drain(..BYTE_ORDER_MARK.len());
        }
        blank_fence(&mut source.head);
        Ok(source)
    }

    /// The same as plain lines: from UTF-16, or from the JSON lines of a container engine.
    fn rewritten(self, is_utf16: bool) -> Result<Source<'a>, ImportError> {
        let bytes = self.into_bytes(MAX_TEXT_BYTES)?;
        let text = if is_utf16 { from_utf16(&bytes) } else { container_lines(&String::from_utf8_lossy(&bytes)) };
        let mut head = text.map_or(bytes, String::into_bytes);
        let rest = head.split_off(HEAD_BYTES.min(head.len()));
        Ok(Source { head, rest: Box::new(io::Cursor::new(rest)) })
    }

    /// The content as a reader.
    pub(super) fn into_reader(self) -> impl Read + 'a {
        BufReader::with_capacity(1 << 16, io::Cursor::new(self.head).chain(self.rest))
    }

    /// All bytes, at most so many.
    ///
    /// # Errors
    /// There are more, or the rest cannot be read.
    pub(super) fn into_bytes(self, most: u64) -> Result<Vec<u8>, ImportError> {
        let mut bytes = Vec::new();
        self.into_reader().take(most + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
        if bytes.len() as u64 > most {
            let problem = format!("is larger than {} MiB", most >> 20);
            return Err(ImportError::whole(problem, "keep the part of one job or one step"));
        }
        Ok(bytes)
    }

    /// All of it as a plain text. Bytes outside UTF-8 become replacement characters: all that matters is ASCII.
    ///
    /// # Errors
    /// It is too large, or cannot be read.
    pub(super) fn into_text(self, most: u64) -> Result<String, ImportError> {
        let bytes = self.into_bytes(most)?;
        let text =
            String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(match plain_text(&text) {
            Cow::Owned(plain) => plain,
            Cow::Borrowed(_) => text,
        })
    }
}

/// Makes the fence of Markdown before a pasted file blank. Its line stays, so that errors name the lines of the file.
fn blank_fence(head: &mut [u8]) {
    let start = head.len() - head.trim_ascii_start().len();
    let Some(fence) = head.get_mut(start..).filter(|rest| rest.starts_with(b"```")) else { return };
    let end = fence.iter().position(|byte| *byte == b'\n').unwrap_or(fence.len());
    fence.iter_mut().take(end).for_each(|byte| *byte = b' ');
}

/// Why a file cannot be read on.
pub(super) fn unreadable(error: &io::Error) -> ImportError {
    let limit = error.get_ref().and_then(|inner| inner.downcast_ref::<Limit>());
    match limit {
        Some(limit) => ImportError::whole(limit.to_string(), "accepted: up to 1 GiB, as it is or in gzip"),
        None if matches!(
            error.kind(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
        ) =>
        {
            ImportError::whole("the gzip data is damaged or cut", "copy the file again")
        }
        None => ImportError::whole(format!("failed to read: {}", error.kind()), "choose a readable file"),
    }
}
