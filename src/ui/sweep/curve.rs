//! The curves of a sweep: one per fabric or per algorithm.

use egui::Color32;
use egui_plot::LineStyle;

use super::axes::Scale;
use crate::scene::letter;
use crate::session::Quantity;
use crate::style::Theme;
use crate::sweep::{Row, Sweep};
use crate::ui::style::colour;

/// Both axes.
#[derive(Clone, Copy)]
pub(super) struct Scales {
    /// The swept setting.
    pub(super) x: Scale,
    /// The figure.
    pub(super) y: Scale,
}

/// The rows of one curve.
pub(super) struct Curve<'a> {
    /// Name of the fabric or of the algorithm.
    pub(super) name: &'a str,
    /// Position of its fabric in the scene.
    pub(super) fabric: usize,
    /// Its position among the curves of its fabric.
    pub(super) place: usize,
    /// Its points, in the order of the axis.
    pub(super) rows: Vec<&'a Row>,
}

/// The curves of a sweep, in the order in which they first appear.
pub(super) fn curves(sweep: &Sweep) -> Vec<Curve<'_>> {
    let mut curves: Vec<Curve> = Vec::new();
    for row in sweep.rows() {
        let fabric = (0..26).find(|index| letter(*index) == row.fabric_id).unwrap_or(0);
        if let Some(curve) = curves.iter_mut().find(|curve| curve.fabric == fabric && curve.name == row.curve) {
            curve.rows.push(row);
            continue;
        }
        let place = curves.iter().filter(|curve| curve.fabric == fabric).count();
        curves.push(Curve { name: &row.curve, fabric, place, rows: vec![row] });
    }
    curves
}

impl Curve<'_> {
    /// Its points on the plot.
    pub(super) fn points(&self, scales: Scales, quantity: Quantity) -> Vec<[f64; 2]> {
        let place =
            |row: &&Row| Some([scales.x.place(row.values.first()?.number?), scales.y.place(quantity.value(row)?)]);
        self.rows.iter().filter_map(place).collect()
    }

    /// Whether it is the only curve of its fabric.
    pub(super) fn is_alone(&self) -> bool {
        self.rows.first().is_some_and(|row| row.curve == row.label)
    }

    /// Its colour: by fabric if each has one curve, else by algorithm.
    pub(super) fn ink(&self, theme: &Theme) -> Color32 {
        let place = if self.is_alone() { self.fabric } else { self.place };
        colour(theme.curves[place % theme.curves.len()])
    }

    /// Its dashes, by fabric.
    pub(super) fn style(&self) -> LineStyle {
        match self.fabric % 3 {
            0 => LineStyle::Solid,
            1 => LineStyle::dashed_loose(),
            _ => LineStyle::dotted_dense(),
        }
    }
}
