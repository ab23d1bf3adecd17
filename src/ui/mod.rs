//! The panels: functions from an egui `Ui` and a model to intents. They read, never change; they know no Bevy.
//!
//! | file | panel |
//! |---|---|
//! | `style` | theme tokens as egui style, fonts |
//! | `widgets` | sliders, headings and values that all panels share |
//! | `top_bar` | title, transport, clock, menus |
//! | `parameters` | left: what is reduced, where and how |
//! | `results` | right: the numbers, and what must be said beside them |
//! | `why` | where the time goes, and what would change it |
//! | `timeline` | below: links or classes of links over time, loop, playhead |
//! | `sweep` | in its place: a sweep over a figure of the scene |
//! | `card` | what is selected, in numbers |
//! | `stage` | the pointer on the stage |
//! | `view_controls` | which picture the stage shows |
//! | `view_menu` | what else keys do, for a pointer |
//! | `matrix`, `minimap` | who sends to whom; the whole of what is enlarged |
//! | `labels` | words over the stage |
//! | `dialogs` | scene menu, faults, help |

mod card;
mod dialogs;
mod labels;
mod matrix;
mod measured_log;
mod minimap;
mod parameters;
mod pes;
mod results;
mod sources;
mod stage;
mod style;
mod sweep;
mod timeline;
mod top_bar;
mod view_controls;
mod view_menu;
mod why;
mod widgets;

pub use style::{fonts, style};
pub use timeline::CarpetTextures;

use crate::sample::{FabricFrame, FabricView};
use crate::scene::Setting;
use crate::session::{Intent, Session};
use crate::stage::Rect;
use crate::style::Theme;

/// What panels read.
pub struct Model<'a> {
    /// Scene, runs, clock.
    pub session: &'a Session,
    /// What is prepared of each run; empty before the stage has a size.
    pub views: &'a [FabricView],
    /// Each run now.
    pub frames: &'a [FabricFrame],
    /// The carpets as textures.
    pub carpets: &'a CarpetTextures,
}

impl Model<'_> {
    fn theme(&self) -> &'static Theme {
        self.session.theme()
    }
}

/// Height of the top bar, points.
const TOP_BAR: f32 = 56.0;
/// The same in a low window.
const LOW_TOP_BAR: f32 = 42.0;
/// Height of the names of all fabrics, where one of them has the stage, points.
const TABS: f32 = 36.0;
/// Narrower windows have no side panels, points.
const MIN_WIDTH: f32 = 900.0;
/// Lower windows have a line instead of the timeline, points.
const MIN_HEIGHT: f32 = 420.0;

/// Shows all panels in `root`; what stays free of it is the stage.
pub fn panels(root: &mut egui::Ui, model: &Model) -> Vec<Intent> {
    let mut intents = Vec::new();
    let theme = model.theme();
    let frame = |margin: egui::Margin| egui::Frame::new().fill(style::colour(theme.panel)).inner_margin(margin);
    let low = root.available_height() < MIN_HEIGHT;
    egui::Panel::top("top bar")
        .exact_size(if low { LOW_TOP_BAR } else { TOP_BAR })
        .frame(frame(egui::Margin::symmetric(20, 0)))
        .show(root, |ui| top_bar::show(ui, model, &mut intents));
    // A small frame, as in a page that embeds the program, belongs to the stage.
    let (width, height) = (root.available_width(), root.available_height());
    if model.session.panels && low {
        egui::Panel::bottom("timeline")
            .exact_size(timeline::STRIP)
            .resizable(false)
            .frame(frame(egui::Margin::symmetric(20, 0)))
            .show(root, |ui| timeline::strip(ui, model, &mut intents));
    } else if model.session.panels {
        let sweeping = model.session.sweep_job.as_ref();
        let tall = sweeping.map_or_else(|| timeline::height(model, height), |_| sweep::height(height));
        egui::Panel::bottom("timeline")
            .exact_size(tall)
            .resizable(false)
            .frame(frame(egui::Margin::symmetric(20, 12)))
            .show(root, |ui| match sweeping {
                Some(sweeping) => sweep::show(ui, model, sweeping, &mut intents),
                None => timeline::show(ui, model, &mut intents),
            });
    }
    if model.session.panels && width >= MIN_WIDTH {
        egui::Panel::left("parameters")
            .exact_size((width * 0.19).clamp(224.0, 272.0))
            .resizable(false)
            .frame(frame(egui::Margin { left: 20, right: 8, top: 16, bottom: 16 }))
            .show(root, |ui| parameters::show(ui, model, &mut intents));
        egui::Panel::right("results")
            .exact_size((width * 0.22).clamp(264.0, 320.0))
            .resizable(false)
            .frame(frame(egui::Margin { left: 20, right: 8, top: 16, bottom: 16 }))
            .show(root, |ui| results::show(ui, model, &mut intents));
    }
    let area = root.available_rect_before_wrap();
    if crate::stage::is_crowded(stage_rect(area), model.session.runs.len()) {
        egui::Panel::top("fabrics")
            .exact_size(TABS)
            .frame(frame(egui::Margin::symmetric(16, 0)))
            .show(root, |ui| tabs(ui, model, &mut intents));
    }
    let area = root.available_rect_before_wrap();
    stage::show(root, model, &mut intents);
    labels::show(&root.painter().with_clip_rect(area), model);
    let beside = model.session.panels && width >= MIN_WIDTH;
    if !beside && model.session.view.selection.is_some() {
        // At the side where the selected fabric is not.
        let selected = model.session.view.selection.and_then(|selection| model.views.get(selection.fabric));
        let is_right = selected.is_some_and(|view| view.layout.cell.min.x > area.center().x - 1.0);
        let (pivot, x) = if is_right {
            (egui::Align2::LEFT_BOTTOM, area.left() + 16.0)
        } else {
            (egui::Align2::RIGHT_BOTTOM, area.right() - 16.0)
        };
        let corner = egui::pos2(x, area.bottom() - 44.0);
        egui::Area::new("card".into()).pivot(pivot).fixed_pos(corner).show(root.ctx(), |ui| {
            ui.set_max_width(320.0_f32.min(area.width() * 0.5));
            egui::ScrollArea::vertical()
                .max_height(area.height() * 0.75)
                .show(ui, |ui| card::show(ui, model, &mut intents));
        });
    }
    dialogs::show(root.ctx(), model, &mut intents);
    if model.session.undo.is_dragging() && !root.input(|input| input.pointer.any_down()) {
        intents.push(Intent::EndDrag);
    }
    intents
}

fn stage_rect(area: egui::Rect) -> Rect {
    Rect::new(glam::vec2(area.left(), area.top()), glam::vec2(area.right(), area.bottom()))
}

/// The names of all fabrics, where only one of them has room on the stage.
fn tabs(ui: &mut egui::Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding = egui::vec2(10.0, 2.0);
        let width = (ui.available_width() / model.session.runs.len().max(1) as f32 - 4.0).max(24.0);
        for (index, run) in model.session.runs.iter().enumerate() {
            let on = index == model.session.view.active;
            let name = format!("{}   {}", crate::scene::letter(index), run.scene.name);
            let ink = style::colour(if on { theme.text } else { theme.soft });
            let text = egui::RichText::new(&name).font(style::words(Theme::TYPE[1])).color(ink);
            let fill = style::colour(if on { theme.chosen } else { theme.raised });
            let button = egui::Button::new(text).fill(fill).corner_radius(6.0).truncate();
            let button = ui.add_sized([width.min(200.0), 22.0], button);
            widgets::named(&button, egui::WidgetType::RadioButton, &name, "");
            if button.on_hover_text("Show this fabric (1 … 9)").clicked() && !on {
                intents.push(Intent::Activate(index));
            }
        }
    });
}

/// One change of the scene.
fn set(path: impl Into<String>, value: impl ToString) -> Setting {
    Setting { path: path.into(), value: value.to_string() }
}
