//! The theme's tokens as egui style, and the fonts.

use std::sync::Arc;

use egui::ecolor::{gamma_u8_from_linear_f32, linear_f32_from_gamma_u8, linear_u8_from_linear_f32};
use egui::{Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Stroke, TextStyle, Vec2};

use crate::style::{Rgba8, Theme, ThemeKind};

/// Name of the font family for headings.
const SEMIBOLD: &str = "semibold";

/// Inter for text, JetBrains Mono for numbers. Each is the fallback of the other.
pub fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let files: [(&str, &'static [u8]); 3] = [
        ("inter", include_bytes!("../../assets/fonts/Inter-Regular.ttf")),
        ("inter-semibold", include_bytes!("../../assets/fonts/Inter-SemiBold.ttf")),
        ("mono", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf")),
    ];
    for (name, bytes) in files {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let family = |names: [&str; 2]| names.map(str::to_owned).to_vec();
    fonts.families.insert(FontFamily::Proportional, family(["inter", "mono"]));
    fonts.families.insert(FontFamily::Monospace, family(["mono", "inter"]));
    fonts.families.insert(FontFamily::Name(SEMIBOLD.into()), family(["inter-semibold", "mono"]));
    fonts
}

/// A token as egui's colour.
pub(super) fn colour(token: Rgba8) -> Color32 {
    let [r, g, b, a] = token.0;
    Color32::from_rgba_unmultiplied(r, g, b, a)
}

/// A token that lets a part of what is below it through. Our renderer blends light, and takes the colour as it is after its
/// multiplication by the opacity; with [`Color32::gamma_multiply`], white over white would be grey.
pub(super) fn translucent(token: Rgba8, opacity: f32) -> Color32 {
    let [r, g, b, _] = token.0;
    let part = |part: u8| gamma_u8_from_linear_f32(linear_f32_from_gamma_u8(part) * opacity);
    Color32::from_rgba_premultiplied(part(r), part(g), part(b), linear_u8_from_linear_f32(opacity))
}

/// A point of the stage as egui's.
pub(super) fn to_pos(point: glam::Vec2) -> egui::Pos2 {
    egui::pos2(point.x, point.y)
}

/// The font of text.
pub(super) fn text_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// The font of headings and names.
pub(super) fn heading_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}

/// The font of numbers: all digits are equally wide.
pub(super) fn number_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Monospace)
}

/// The whole style of a theme.
pub fn style(kind: ThemeKind) -> egui::Style {
    let theme = Theme::new(kind);
    let text_styles = [
        (TextStyle::Small, text_font(Theme::TYPE[0])),
        (TextStyle::Body, text_font(Theme::TYPE[1])),
        (TextStyle::Button, text_font(Theme::TYPE[1])),
        (TextStyle::Heading, heading_font(Theme::TYPE[4])),
        (TextStyle::Monospace, number_font(Theme::TYPE[1])),
    ];
    let mut style = egui::Style { text_styles: text_styles.into(), ..egui::Style::default() };
    let mut visuals = match kind {
        ThemeKind::Dark => egui::Visuals::dark(),
        ThemeKind::Light | ThemeKind::BrightRoom => egui::Visuals::light(),
    };
    let corner = CornerRadius::same(Theme::CORNER as u8);
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(colour(theme.muted));
    visuals.hyperlink_color = colour(theme.selection);
    visuals.panel_fill = colour(theme.panel);
    visuals.window_fill = colour(theme.panel);
    visuals.window_stroke = Stroke::new(1.0, colour(theme.line));
    visuals.window_corner_radius = CornerRadius::same(Theme::CORNER_LARGE as u8);
    visuals.menu_corner_radius = corner;
    visuals.extreme_bg_color = colour(theme.ground);
    visuals.faint_bg_color = colour(theme.raised);
    visuals.code_bg_color = colour(theme.raised);
    visuals.error_fg_color = colour(theme.binding);
    visuals.selection.bg_fill = colour(theme.chosen);
    visuals.selection.stroke = Stroke::new(1.0, colour(theme.selection));
    visuals.slider_trailing_fill = true;
    let states = [
        (&mut visuals.widgets.noninteractive, theme.raised, theme.line, theme.soft),
        (&mut visuals.widgets.inactive, theme.raised, theme.line, theme.text),
        (&mut visuals.widgets.hovered, theme.line, theme.muted, theme.text),
        (&mut visuals.widgets.active, theme.line, theme.selection, theme.text),
        (&mut visuals.widgets.open, theme.raised, theme.selection, theme.text),
    ];
    for (state, fill, border, ink) in states {
        state.bg_fill = colour(fill);
        state.weak_bg_fill = colour(fill);
        state.bg_stroke = Stroke::new(1.0, colour(border));
        state.fg_stroke = Stroke::new(1.0, colour(ink));
        state.corner_radius = corner;
        state.expansion = 0.0;
    }
    style.visuals = visuals;
    style.spacing.item_spacing = Vec2::new(8.0, 8.0);
    style.spacing.button_padding = Vec2::new(10.0, 5.0);
    style.spacing.interact_size.y = 28.0;
    style.spacing.combo_height = 440.0;
    style.spacing.slider_rail_height = 3.0;
    // The scroll bar is visible without the pointer, so that a reader knows that the panel continues.
    style.spacing.scroll.dormant_handle_opacity = 0.5;
    // A blinking cursor would draw frames for as long as a text is edited.
    style.visuals.text_cursor.blink = false;
    // Nothing fades, so that the same instant is always the same picture.
    style.animation_time = 0.0;
    // What continues below the edge of a panel fades there instead of being cut in the middle of a line.
    // On light ground the renderer would blend a fade to grey (`translucent`): there, the scroll bar alone tells it.
    style.spacing.scroll.fade.strength = if kind.is_light() { 0.0 } else { 1.0 };
    style.spacing.scroll.fade.size = 28.0;
    style.interaction.selectable_labels = false;
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A colour over another one, as our renderer blends them: light, from colours that are multiplied already.
    fn over(above: Color32, below: Rgba8) -> [u8; 3] {
        let [r, g, b, a] = above.to_array();
        let through = 1.0 - f32::from(a) / 255.0;
        let mut below = below.0.into_iter().take(3);
        [r, g, b].map(|part| {
            let own = linear_f32_from_gamma_u8(part);
            gamma_u8_from_linear_f32(own + through * linear_f32_from_gamma_u8(below.next().unwrap_or_default()))
        })
    }

    #[test]
    fn a_veil_of_the_ground_leaves_the_ground_as_it_is() {
        for kind in [ThemeKind::Dark, ThemeKind::Light, ThemeKind::BrightRoom] {
            let ground = Theme::new(kind).ground;
            for opacity in [0.0, 0.3, 0.65, 1.0] {
                let seen = over(translucent(ground, opacity), ground);
                assert!(seen.iter().zip(ground.0).all(|(seen, own)| seen.abs_diff(own) <= 2), "{kind:?} {seen:?}");
            }
        }
    }
}
