//! The link heatmaps of the timeline as textures.

use egui::{Color32, ColorImage, Pos2, Rect, Stroke, TextureHandle, TextureOptions, pos2};

use super::style::colour;
use crate::sample::{FabricView, LinkHeatmap};
use crate::session::Session;
use crate::stage::TimelineShows;
use crate::style::Theme;
use crate::units::Femtos;

/// Colours of a texture, apart from that of 0.
const LEVELS: usize = 255;
/// Most rows of a texture. Of a heatmap with more rows, neighbours are joined.
const MAX_ROWS: usize = 48;

/// The link heatmaps as textures, made again when the runs, the mode of the timeline or the colours change.
#[derive(Default)]
pub struct HeatmapTextures {
    revision: u64,
    shows: TimelineShows,
    theme: Option<&'static Theme>,
    textures: Vec<Option<TextureHandle>>,
    /// Whether all rows of a heatmap are equal.
    uniform: Vec<bool>,
}

impl HeatmapTextures {
    /// Makes the textures of the views' heatmaps, unless they are up to date.
    pub fn update(&mut self, ctx: &egui::Context, session: &Session, views: &[FabricView]) {
        let (revision, shows, theme) = (session.revision, session.view.timeline, session.theme());
        let same = (self.revision, self.shows, self.theme) == (revision, shows, Some(theme));
        if same && self.textures.len() == views.len() {
            return;
        }
        (self.revision, self.shows, self.theme) = (revision, shows, Some(theme));
        let texture = |(index, view): (usize, &FabricView)| {
            let image = image(view.link_heatmap.as_ref()?, shows, theme);
            Some(ctx.load_texture(format!("heatmap {index}"), image, TextureOptions::LINEAR))
        };
        self.textures = views.iter().enumerate().map(texture).collect();
        self.uniform =
            views.iter().map(|view| view.link_heatmap.as_ref().is_some_and(LinkHeatmap::is_uniform)).collect();
    }

    /// Whether all rows of a fabric's heatmap are equal, so that one stands for all.
    pub(super) fn is_uniform(&self, index: usize) -> bool {
        self.uniform.get(index).copied().unwrap_or(false)
    }

    /// Paints a heatmap. `span` is the area of its whole run, which may reach beyond the visible part. Returns whether there is a
    /// heatmap.
    pub(super) fn paint(&self, painter: &egui::Painter, index: usize, theme: &Theme, span: Rect) -> bool {
        let Some(Some(texture)) = self.textures.get(index) else { return false };
        painter.image(texture.id(), span, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), Color32::WHITE);
        // A line separates rows if there is room for it.
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

/// Number of rows of a heatmap that one row of the texture represents.
pub(super) fn rows_joined(heatmap: &LinkHeatmap) -> usize {
    heatmap.rows.len().div_ceil(MAX_ROWS).max(1)
}

/// Largest number of links that one row of the texture represents.
pub(super) fn links_per_row(heatmap: &LinkHeatmap) -> usize {
    rows_joined(heatmap) * heatmap.rows.iter().map(|row| row.links.len()).max().unwrap_or(1)
}

/// Time that one column of a heatmap represents.
pub(super) fn column_time(heatmap: &LinkHeatmap) -> Femtos {
    Femtos(heatmap.duration.0 / LinkHeatmap::COLUMNS as u64)
}

fn image(heatmap: &LinkHeatmap, shows: TimelineShows, theme: &Theme) -> ColorImage {
    let columns = LinkHeatmap::COLUMNS;
    let group = rows_joined(heatmap);
    let rows = heatmap.rows.len().div_ceil(group);
    let mut pixels = Vec::with_capacity(columns * rows);
    let inks: Vec<Color32> = (0..=LEVELS).map(|level| colour(theme.heat(level as f32 / LEVELS as f32))).collect();
    let ink = |level: f32| inks.get((level * LEVELS as f32).round() as usize).copied().unwrap_or_default();
    for row in 0..rows {
        let joined = row * group..((row + 1) * group).min(heatmap.rows.len());
        for column in 0..columns {
            let cell = |cells: &[f32], row: usize| cells.get(row * columns + column).copied().unwrap_or(0.0);
            let level = match shows {
                TimelineShows::BusiestLinks => joined.clone().map(|row| cell(&heatmap.maxima, row)).fold(0.0, f32::max),
                TimelineShows::Links | TimelineShows::Classes => {
                    joined.clone().map(|row| cell(&heatmap.means, row)).sum::<f32>() / joined.len() as f32
                }
            };
            pixels.push(ink(level.clamp(0.0, 1.0)));
        }
    }
    ColorImage::new([columns, rows], pixels)
}
