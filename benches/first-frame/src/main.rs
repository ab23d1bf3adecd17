//! A page with Bevy, egui and one label.

#[cfg(target_arch = "wasm32")]
mod page {
    use bevy::prelude::*;
    use bevy_egui::{EguiContexts, EguiPlugin, EguiPrimaryContextPass, egui};

    const FONT: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.ttf");

    pub(super) fn run() {
        App::new()
            .add_plugins((DefaultPlugins, EguiPlugin::default()))
            .add_systems(Startup, camera)
            .add_systems(EguiPrimaryContextPass, label)
            .run();
    }

    fn camera(mut commands: Commands) {
        commands.spawn(Camera2d);
    }

    /// The label, from the second pass on: fonts hold from then.
    fn label(mut contexts: EguiContexts, mut has_fonts: Local<bool>) -> Result {
        let context = contexts.ctx_mut()?;
        if !*has_fonts {
            let mut fonts = egui::FontDefinitions::empty();
            fonts.font_data.insert("inter".to_owned(), egui::FontData::from_static(FONT).into());
            for family in [egui::FontFamily::Proportional, egui::FontFamily::Monospace] {
                fonts.families.insert(family, vec!["inter".to_owned()]);
            }
            context.set_fonts(fonts);
            *has_fonts = true;
            return Ok(());
        }
        egui::Area::new(egui::Id::new("label")).show(context, |ui| ui.label("A bare page"));
        Ok(())
    }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    page::run();
}
