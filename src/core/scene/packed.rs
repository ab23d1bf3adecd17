//! A scene packed into the characters of a link: raw deflate of its shortest text, as base64url without padding.

use data_encoding::BASE64URL_NOPAD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::parse::{MAX_SCENE_BYTES, options};
use super::schema::SceneFile;

/// Most characters: more than any scene of the largest size has, even one that cannot be made shorter.
const MAX_PACKED_CHARACTERS: usize = 2 * 1024 * 1024;

/// The smallest result; a scene is packed once per change.
const LEVEL: u8 = 9;

/// Why a text is not a packed scene.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// Longer than any packed scene.
    #[error("it has {found} characters (limit {MAX_PACKED_CHARACTERS})")]
    TooLong {
        /// Its characters.
        found: usize,
    },
    /// A character that base64url does not have, or too few of them.
    #[error("it is damaged at character {at}")]
    Character {
        /// Counted from 1.
        at: usize,
    },
    /// The bytes are not what deflate writes, or some are missing.
    #[error("it is damaged or cut")]
    Damaged,
    /// The scene is larger than a file may be.
    #[error("its scene is larger than {MAX_SCENE_BYTES} bytes")]
    TooLarge,
}

impl SceneFile {
    /// The scene as characters that need no escaping in a URL.
    pub fn pack(&self) -> String {
        // A scene has only strings, numbers and lists: there is nothing that RON could not write.
        let text = options().to_string(self).unwrap_or_default();
        BASE64URL_NOPAD.encode(&compress_to_vec(text.as_bytes(), LEVEL))
    }
}

/// The text of a packed scene.
///
/// # Errors
/// The characters are not a packed scene, or the scene would be larger than a file may be.
pub fn unpack(characters: &str) -> Result<String, UnpackError> {
    if characters.len() > MAX_PACKED_CHARACTERS {
        return Err(UnpackError::TooLong { found: characters.len() });
    }
    let bytes = BASE64URL_NOPAD
        .decode(characters.as_bytes())
        .map_err(|error| UnpackError::Character { at: error.position + 1 })?;
    let text = decompress_to_vec_with_limit(&bytes, MAX_SCENE_BYTES as usize).map_err(|error| {
        if error.status == TINFLStatus::HasMoreOutput { UnpackError::TooLarge } else { UnpackError::Damaged }
    })?;
    String::from_utf8(text).map_err(|_| UnpackError::Damaged)
}
