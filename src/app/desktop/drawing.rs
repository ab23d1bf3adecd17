//! Pictures and films of the window, drawn again in an app of their own: any size, and the same pixels as `render`.

use std::sync::{Arc, Weak};

use bevy::math::UVec2;
use bevy::window::Window;

use crate::app::headless::draw_file;
use crate::scene::Diagnostics;
use crate::session::{FileContent, FilmProgress, Intent, PictureScale, PictureSpec, Session};

/// A picture or film that is to be drawn.
pub(super) struct Drawing {
    session: Session,
    name: String,
    spec: PictureSpec,
    size: UVec2,
    scale: f32,
    stops: Option<Arc<()>>,
    goes_on: Option<Weak<()>>,
}

impl Drawing {
    /// Of the window without its borders.
    pub(super) fn new(
        session: &Session,
        window: &Window,
        name: String,
        spec: PictureSpec,
        scale: PictureScale,
    ) -> Drawing {
        let screen = window.scale_factor();
        let spec = PictureSpec { scale: spec.scale.or(Some(screen * scale.factor() as f32)), ..spec };
        let (size, scale) = spec.pixels([window.physical_width(), window.physical_height()], screen);
        let stops = spec.kind.is_film().then(|| Arc::new(()));
        let goes_on = stops.as_ref().map(Arc::downgrade);
        Drawing { session: session.for_picture(), name, spec, size: UVec2::from_array(size), scale, stops, goes_on }
    }

    /// A film stops as soon as this is dropped. A picture does not stop.
    pub(super) fn stops(&self) -> Option<Arc<()>> {
        self.stops.clone()
    }

    /// Draws in a thread of its own, and tells of every picture and of the file.
    pub(super) fn start(self, tell: impl Fn(Intent) + Send + 'static) {
        let Drawing { session, name, spec, size, scale, stops, goes_on } = self;
        drop(stops);
        let work = move || {
            if spec.kind.is_film() {
                tell(Intent::NoteFilm(Some(FilmProgress { done: 0, pictures: spec.pictures(), bytes: 0 })));
            }
            let is_wanted = || goes_on.as_ref().is_none_or(|goes_on| goes_on.strong_count() > 0);
            let drawn = draw_file(session, &spec, size, scale, |progress| {
                tell(Intent::NoteFilm(Some(progress)));
                is_wanted()
            });
            if spec.kind.is_film() {
                tell(Intent::NoteFilm(None));
            }
            match drawn {
                Ok(Some(bytes)) => tell(Intent::OfferFile { name, content: FileContent::Bytes(bytes) }),
                Ok(None) => {}
                Err(error) => {
                    tell(Intent::ShowDiagnostics(Diagnostics::whole("picture", error.to_string(), None)));
                }
            }
        };
        // It ends by itself; without a thread there is no picture.
        let _ = std::thread::Builder::new().name("picture".to_owned()).spawn(work);
    }
}
