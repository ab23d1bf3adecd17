//! The menu of everything that has no control of its own in sight: the same as the keys do, for a pointer.

use egui::{RichText, Ui};

use super::Model;
use super::style::{colour, mono};
use super::widgets::named;
use crate::session::{Intent, go_to_bottleneck};
use crate::style::{Theme, ThemeKind};

pub(super) fn show(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let response = ui.menu_button("View", |ui| entries(ui, model, intents)).response;
    named(&response, egui::WidgetType::Button, "View", "");
    response.on_hover_text("Closer, full screen, panels, theme, size");
}

fn entries(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let session = model.session;
    let theme = if session.theme == ThemeKind::Dark { "Light theme" } else { "Dark theme" };
    let panels = if session.panels { "Hide the panels" } else { "Show the panels" };
    ui.set_min_width(236.0);
    ui.spacing_mut().item_spacing.y = 2.0;
    let fabric = session.view.active;
    let binding = || {
        let known = session.runs.get(fabric).zip(model.views.get(fabric)).zip(model.frames.get(fabric));
        known.map_or(Vec::new(), |((run, view), frame)| go_to_bottleneck(run, view, frame, fabric))
    };
    // Groups, with lines between them.
    let groups: [&[(&str, &str, Intent)]; 3] = [
        &[
            ("Play backwards", "J", Intent::PlayBackwards),
            ("Closer", "Z", Intent::ZoomCamera(1.5)),
            ("Farther", "X", Intent::ZoomCamera(1.0 / 1.5)),
            ("The whole fabric", "V", Intent::ShowWholeFabric),
        ],
        &[
            (panels, "H", Intent::TogglePanels),
            ("Full screen", "F", Intent::ToggleFullScreen),
            (theme, "T", Intent::ToggleTheme),
        ],
        &[
            ("Larger interface", "+", Intent::SetInterfaceScale(session.zoom * 1.1)),
            ("Smaller interface", "-", Intent::SetInterfaceScale(session.zoom / 1.1)),
            ("Designed size", "0", Intent::SetInterfaceScale(1.0)),
        ],
    ];
    for (place, group) in groups.into_iter().enumerate() {
        if place > 0 {
            ui.separator();
        }
        for (name, key, intent) in group {
            if line(ui, model.theme(), name, key) {
                intents.push(intent.clone());
            }
        }
        if place == 0 && line(ui, model.theme(), "Go to the link that binds", "B") {
            intents.extend(binding());
        }
    }
}

/// A line of the menu with the key that does the same. Answers whether it was clicked.
fn line(ui: &mut Ui, theme: &Theme, name: &str, key: &str) -> bool {
    let key = RichText::new(key).font(mono(Theme::TYPE[0])).color(colour(theme.muted));
    let button = egui::Button::new(name).right_text(key).frame(false).min_size(egui::vec2(ui.available_width(), 26.0));
    let response = ui.add(button);
    named(&response, egui::WidgetType::Button, name, "");
    response.clicked()
}
