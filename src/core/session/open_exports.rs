//! The open window of exports.

/// What became of the last request in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenExports {
    /// What the last file averages or leaves out.
    pub notes: Vec<String>,
    /// Why the last request gave no file.
    pub error: Option<String>,
    /// Whether pictures have nothing behind the stage.
    pub transparent: bool,
    /// The film that is being drawn.
    pub film: Option<FilmProgress>,
}

/// How far a film is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilmProgress {
    /// Pictures that are drawn.
    pub done: u32,
    /// All of them.
    pub pictures: u32,
    /// Bytes of the drawn ones.
    pub bytes: u64,
}
