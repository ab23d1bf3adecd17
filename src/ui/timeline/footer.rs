//! Below the rows: which rows are shown, and what they are.

use egui::{Rect, Ui, pos2, vec2};

use crate::sample::FabricView;
use crate::scene::letter;
use crate::session::Intent;
use crate::stage::TimelineShows;
use crate::style::Theme;
use crate::ui::link_heatmap;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::timeline as text;
use crate::ui::widgets::{OptionStyle, TOUCH, Tip, elided, named_choice, option_button};

/// Width of a button that a finger hits: as wide as the longest name, points.
const TOUCHED_WIDTH: f32 = 60.0;

/// The footer in its own area.
pub(super) fn footer_ui(ui: &mut Ui, model: &Model, rect: Rect, intents: &mut Vec<Intent>) {
    let ink = colour(model.theme().soft);
    let line = rect.translate(vec2(0.0, 2.0));
    let buttons = ui.scope_builder(egui::UiBuilder::new().max_rect(line), |ui| {
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            modes(ui, model, rect.height(), intents);
            ui.min_rect().right()
        })
        .inner
    });
    let left = buttons.inner + 14.0;
    let right = rect.right() - 8.0;
    let legend = legend(model.views, model.session.view.timeline);
    let font = text_font(Theme::TYPE[0]);
    let galley = ui.painter().layout_no_wrap(legend.clone(), font.clone(), ink);
    let y = line.center().y;
    if galley.size().x <= right - left {
        ui.painter().galley(pos2(right - galley.size().x, y - galley.size().y / 2.0), galley, ink);
    } else {
        elided(ui.painter(), pos2(left, y), legend, font, ink, right - left);
    }
}

/// The buttons in a line of this height, points.
fn modes(ui: &mut Ui, model: &Model, height: f32, intents: &mut Vec<Intent>) {
    ui.spacing_mut().item_spacing.x = 2.0;
    ui.spacing_mut().button_padding = vec2(7.0, 1.0);
    ui.spacing_mut().interact_size.y = if height < TOUCH { height - 2.0 } else { TOUCH };
    let size = (height >= TOUCH).then(|| vec2(TOUCHED_WIDTH, TOUCH));
    let style = OptionStyle { text_size: Theme::TYPE[0], size };
    for (shows, label) in text::MODES {
        let chosen = shows == model.session.view.timeline;
        let button = option_button(ui, model.theme(), label.name, chosen, style);
        named_choice(&button, egui::WidgetType::RadioButton, &text::mode(label.name), chosen);
        if button.tip(label.tooltip).clicked() && !chosen {
            intents.push(Intent::SetTimeline(shows));
        }
    }
}

/// What the rows are, once for all fabrics that have the same legend.
fn legend(views: &[FabricView], shows: TimelineShows) -> String {
    struct Shared {
        letters: Vec<String>,
        legend: String,
    }
    let mut legends: Vec<Shared> = Vec::new();
    for (index, view) in views.iter().enumerate() {
        let Some(legend) = legend_of(view, shows) else { continue };
        match legends.iter_mut().find(|known| known.legend == legend) {
            Some(known) => known.letters.push(letter(index)),
            None => legends.push(Shared { letters: vec![letter(index)], legend }),
        }
    }
    let parts: Vec<String> = legends.iter().map(|shared| text::legend_of(&shared.letters, &shared.legend)).collect();
    parts.join("   ·   ")
}

fn legend_of(view: &FabricView, shows: TimelineShows) -> Option<String> {
    let heatmap = view.link_heatmap.as_ref()?;
    let links = link_heatmap::links_per_row(heatmap);
    Some(match shows {
        TimelineShows::Classes => {
            let names: Vec<&str> = view.class_utilisation.classes.iter().map(|class| class.name).collect();
            text::classes_legend(&names)
        }
        TimelineShows::BusiestLinks if links > 1 => {
            text::busiest_legend(&heatmap.legend, links, link_heatmap::column_time(heatmap))
        }
        TimelineShows::Links if links > 1 => text::mean_legend(&heatmap.legend, links),
        TimelineShows::Links | TimelineShows::BusiestLinks => heatmap.legend.clone(),
    })
}
