//! The letters by which users name the fabrics of a scene.

/// The letter of a fabric: A, B, C ... in the order of the scene.
pub fn letter(index: usize) -> String {
    char::from(b'A' + (index % 26) as u8).to_string()
}
