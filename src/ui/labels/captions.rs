//! Captions on the machines of the stage.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{Galley, Painter, Pos2, Rect, pos2, vec2};

use crate::stage::FabricLayout;
use crate::style::Theme;
use crate::ui::style::{colour, text_font, to_pos};

/// The captions of a fabric, each at its place and none over the header, which ends at `top`.
pub(super) struct Captions<'a> {
    pub painter: &'a Painter,
    pub theme: &'a Theme,
    pub layout: &'a FabricLayout,
    /// Points from the top of the window.
    pub top: f32,
}

impl Captions<'_> {
    pub(super) fn paint(&self) {
        for (place, name) in &self.layout.captions {
            let (rect, galley) = self.placed(to_pos(*place), name);
            let boxed = self.layout.boxes.iter().any(|rect| rect.contains(*place));
            let ground = if boxed { self.theme.panel } else { self.theme.ground };
            // In the colour around it, so that round corners, of which each frame would send hundreds, are not seen.
            self.painter.rect_filled(rect.expand2(vec2(4.0, 1.0)), 0.0, colour(ground));
            self.painter.galley(rect.min, galley, colour(self.theme.soft));
        }
    }

    /// Whether a caption stands in a rectangle, or less than `gap` points beside it.
    pub(super) fn meet(&self, rect: Rect, gap: f32) -> bool {
        let near = rect.expand2(vec2(gap, 0.0));
        self.layout.captions.iter().any(|(place, name)| self.placed(to_pos(*place), name).0.intersects(near))
    }

    fn placed(&self, place: Pos2, name: &str) -> (Rect, Arc<Galley>) {
        let ink = colour(self.theme.soft);
        let mut job = LayoutJob::simple_singleline(name.to_owned(), text_font(Theme::TYPE[0]), ink);
        let right = (self.layout.cell.max.x - 8.0).min(self.layout.picture.max.x).max(place.x + 20.0);
        job.wrap = TextWrapping::truncate_at_width(right - place.x);
        let galley = self.painter.layout_job(job);
        let min = pos2(place.x, (place.y - galley.size().y / 2.0).max(self.top + 2.0));
        (Rect::from_min_size(min, galley.size()), galley)
    }
}
