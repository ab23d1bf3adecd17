//! The bytes of a file: inflated if they are gzip, within limits.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::error::ImportError;

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
        Ok(Source { head, rest })
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

    /// All of it as a text. Bytes outside UTF-8 become replacement characters: all that matters is ASCII.
    ///
    /// # Errors
    /// It is too large, or cannot be read.
    pub(super) fn into_text(self, most: u64) -> Result<String, ImportError> {
        let bytes = self.into_bytes(most)?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }
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
