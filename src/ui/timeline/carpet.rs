//! The carpets of the timeline as textures.

use egui::{Color32, ColorImage, Pos2, Rect, Stroke, TextureHandle, TextureOptions, pos2};

use crate::sample::{FabricView, LinkHeatmap};
use crate::session::Session;
use crate::stage::TimelineShows;
use crate::style::{Palette, Theme};
use crate::ui::style::colour;
use crate::units::Femtos;

/// Most rows of a carpet's texture; more rows than this are joined with their neighbours.
const MAX_ROWS: usize = 48;

/// The carpets as textures, made again when the runs change or another kind of them is shown.
#[derive(Default)]
pub struct CarpetTextures {
    revision: u64,
    shows: TimelineShows,
    palette: Palette,
    textures: Vec<Option<TextureHandle>>,
}

impl CarpetTextures {
    /// Makes textures of the views' carpets, unless they are those already.
    pub fn update(&mut self, ctx: &egui::Context, session: &Session, views: &[FabricView]) {
        let (revision, shows, theme) = (session.revision, session.view.timeline, session.theme());
        let same = (self.revision, self.shows, self.palette) == (revision, shows, theme.palette);
        if same && self.textures.len() == views.len() {
            return;
        }
        (self.revision, self.shows, self.palette) = (revision, shows, theme.palette);
        let texture = |(index, view): (usize, &FabricView)| {
            let image = image(view.link_heatmap.as_ref()?, shows, theme);
            Some(ctx.load_texture(format!("carpet {index}"), image, TextureOptions::LINEAR))
        };
        self.textures = views.iter().enumerate().map(texture).collect();
    }

    /// Paints a carpet; `span` is the whole of its run on the screen, which may reach beyond what is shown.
    pub(super) fn paint(&self, painter: &egui::Painter, index: usize, theme: &Theme, span: Rect) -> bool {
        let Some(Some(texture)) = self.textures.get(index) else { return false };
        painter.image(texture.id(), span, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), Color32::WHITE);
        // Rows apart from each other where there is room for a line.
        let rows = texture.size()[1];
        let row_height = span.height() / rows as f32;
        if row_height >= 2.5 {
            let stroke = Stroke::new(0.7, colour(theme.panel));
            let across = span.x_range();
            for index in 1..rows {
                painter.hline(across, span.top() + row_height * index as f32, stroke);
            }
        }
        true
    }
}

/// How many rows of a carpet one row of the texture stands for.
pub(super) fn rows_joined(carpet: &LinkHeatmap) -> usize {
    carpet.rows.len().div_ceil(MAX_ROWS).max(1)
}

/// How many links one row of the texture stands for, at most.
pub(super) fn links_per_row(carpet: &LinkHeatmap) -> usize {
    rows_joined(carpet) * carpet.rows.iter().map(|row| row.links.len()).max().unwrap_or(1)
}

/// Time that one column of a carpet stands for.
pub(super) fn column_time(carpet: &LinkHeatmap) -> Femtos {
    Femtos(carpet.duration.0 / LinkHeatmap::COLUMNS as u64)
}

fn image(carpet: &LinkHeatmap, shows: TimelineShows, theme: &Theme) -> ColorImage {
    let columns = LinkHeatmap::COLUMNS;
    let group = rows_joined(carpet);
    let rows = carpet.rows.len().div_ceil(group);
    let mut pixels = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        let joined = row * group..((row + 1) * group).min(carpet.rows.len());
        for column in 0..columns {
            let cell = |cells: &[f32], row: usize| cells.get(row * columns + column).copied().unwrap_or(0.0);
            let level = match shows {
                TimelineShows::BusiestLinks => joined.clone().map(|row| cell(&carpet.maxima, row)).fold(0.0, f32::max),
                _ => joined.clone().map(|row| cell(&carpet.means, row)).sum::<f32>() / joined.len() as f32,
            };
            pixels.push(colour(theme.heat(level)));
        }
    }
    ColorImage::new([columns, rows], pixels)
}
