//! The command palette: finds every action by its name and its key, every bundled scene by its title, file, subject and machines,
//! and every lesson and story by its title and id; runs it with Enter or a click.

use std::sync::Arc;

use egui::{Align2, Context, Event, Id, Key, Modifiers, RichText, Ui, vec2};

use crate::export::ExportFormat;
use crate::scene::{BundledScene, menu};
use crate::session::{Intent, LessonIntent, PictureScale, StoryIntent};
use crate::style::Theme;
use crate::ui::key_action::KeyAction;
use crate::ui::key_table::{KEYS, KeyGroup};
use crate::ui::model::Model;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::{exports, palette as text, top_bar};
use crate::ui::widgets::{SCROLL_BAR, TOP_BAR, named, room, scroll_area, window};

/// Height of an entry, points.
const ENTRY: f32 = 30.0;
/// Height of the list, points.
const LIST: f32 = 420.0;
/// Width of the window, points.
const WIDTH: f32 = 560.0;

/// What was typed, and the chosen entry, counted from 0.
#[derive(Clone, Debug, Default)]
struct Search {
    typed: String,
    chosen: usize,
    /// The frame in which the palette was opened.
    opened_in: Option<u64>,
}

/// Something that can be run.
struct Command {
    name: String,
    group: &'static str,
    /// The first key, or nothing.
    key: String,
    /// All keys, to be found by them.
    keys: String,
    /// More words to be found by, which are not shown.
    about: String,
    intents: Vec<Intent>,
}

/// What the palette knows of a bundled scene.
struct SceneEntry {
    title: String,
    /// Its file, its subject and its machines.
    about: String,
}

fn search_id() -> Id {
    Id::new("search of the palette")
}

/// Forgets what was typed, so that the palette opens empty.
pub(super) fn forget(ctx: &Context) {
    ctx.data_mut(|data| data.remove::<Search>(search_id()));
}

pub(super) fn palette_ui(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    window("Palette", ctx, WIDTH).anchor(Align2::CENTER_TOP, vec2(0.0, TOP_BAR + 24.0)).show(ctx, |ui| {
        let mut search = ui.data(|data| data.get_temp::<Search>(search_id())).unwrap_or_default();
        let pressed = |ui: &Ui, modifiers: Modifiers, key: Key| ui.input_mut(|input| input.consume_key(modifiers, key));
        // Before the field sees them: there, the arrows move the cursor.
        let (down, up) = (pressed(ui, Modifiers::NONE, Key::ArrowDown), pressed(ui, Modifiers::NONE, Key::ArrowUp));
        let enter = pressed(ui, Modifiers::NONE, Key::Enter);
        let closes = pressed(ui, Modifiers::NONE, Key::Escape) | closes_again(ui, &mut search);
        if field(ui, theme, &mut search.typed) {
            search.chosen = 0;
        }
        let found = find(commands(ui.ctx(), model), &search.typed);
        let last = found.len().saturating_sub(1);
        search.chosen = match (down, up) {
            (true, false) => search.chosen + 1,
            (false, true) => search.chosen.saturating_sub(1),
            _ => search.chosen,
        }
        .min(last);
        ui.add_space(Theme::STEP);
        let clicked = list(ui, theme, &found, search.chosen, up || down);
        let run = clicked.or(enter.then_some(search.chosen)).and_then(|place| found.get(place));
        if let Some(command) = run {
            // The palette is closed first: a command may open another window.
            intents.push(Intent::TogglePalette);
            intents.extend(command.intents.iter().cloned());
        } else if closes {
            intents.push(Intent::TogglePalette);
        }
        ui.data_mut(|data| data.insert_temp(search_id(), search));
    });
}

/// Whether the key that opens the palette was pressed again. In the frame in which it opens it, egui has the same press;
/// as long as it is held, egui has more of them.
fn closes_again(ui: &Ui, search: &mut Search) -> bool {
    let frame = ui.ctx().cumulative_frame_nr();
    let is_later = *search.opened_in.get_or_insert(frame) < frame;
    let is_press = |event: &Event| {
        matches!(event, Event::Key { key: Key::K, pressed: true, repeat: false, modifiers, .. }
            if modifiers.matches_exact(Modifiers::COMMAND))
    };
    is_later && ui.input(|input| input.events.iter().any(is_press))
}

/// The field, which has the keyboard as long as the palette is open. Returns whether its text changed.
fn field(ui: &mut Ui, theme: &Theme, typed: &mut String) -> bool {
    let id = Id::new("field of the palette");
    let edit = egui::TextEdit::singleline(typed)
        .id(id)
        .hint_text(text::HINT)
        .font(text_font(Theme::TYPE[2]))
        .text_color(colour(theme.text))
        .background_color(colour(theme.ground))
        .margin(vec2(10.0, 8.0))
        .desired_width(f32::INFINITY);
    let response = ui.add(edit);
    response.request_focus();
    ui.ctx().accesskit_node_builder(id, |node| node.set_label(text::FIELD));
    response.changed()
}

/// The entries that were found. Returns the one that was clicked.
fn list(ui: &mut Ui, theme: &Theme, found: &[Command], chosen: usize, moved: bool) -> Option<usize> {
    let mut clicked = None;
    let height = room(ui.ctx()).min(LIST);
    scroll_area(height).show(ui, |ui| {
        ui.set_width(ui.available_width() - SCROLL_BAR);
        ui.spacing_mut().item_spacing.y = 2.0;
        if found.is_empty() {
            ui.label(RichText::new(text::NOTHING).font(text_font(Theme::TYPE[1])).color(colour(theme.soft)));
        }
        for (place, command) in found.iter().enumerate() {
            let response = entry(ui, theme, command, place == chosen);
            if place == chosen && moved {
                response.scroll_to_me(None);
            }
            if response.clicked() {
                clicked = Some(place);
            }
        }
    });
    clicked
}

/// Name, group and key of a command.
fn entry(ui: &mut Ui, theme: &Theme, command: &Command, on: bool) -> egui::Response {
    let side = format!("{}   {}", command.group, command.key);
    let side = RichText::new(side.trim_end()).font(number_font(Theme::TYPE[0])).color(colour(theme.soft));
    let name = RichText::new(&command.name).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
    let fill = if on { colour(theme.chosen) } else { egui::Color32::TRANSPARENT };
    let button = egui::Button::new(name).right_text(side).fill(fill).stroke(egui::Stroke::NONE).truncate();
    let response = ui.add(button.min_size(vec2(ui.available_width(), ENTRY)));
    named(&response, egui::WidgetType::Button, &command.name, &command.key);
    response
}

/// All actions that do something now, in the order of the table, then the bundled scenes.
fn commands(ctx: &Context, model: &Model) -> Vec<Command> {
    let context = model.key_context();
    let lines = KeyGroup::ALL.into_iter().flat_map(|group| KEYS.iter().filter(move |line| line.group == group));
    let actions = lines.flat_map(|line| line.shortcuts.iter().map(|shortcut| (line.group, shortcut)));
    let actions =
        actions // Both would only close the palette, which every command does.
            .filter(|(_, shortcut)| !matches!(shortcut.action, KeyAction::TogglePalette | KeyAction::Close))
            .map(|(group, shortcut)| Command {
                name: top_bar::menu_entry(shortcut, model.session),
                group: group.label(),
                key: shortcut.keys.first().map_or(String::new(), ToString::to_string),
                keys: shortcut.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
                about: String::new(),
                intents: shortcut.action.intents(&context),
            });
    let actions = actions.filter(|command| !command.intents.is_empty());
    let scenes = scene_entries(ctx, model);
    let scenes = scenes.iter().enumerate();
    let scenes = scenes.map(|(index, scene)| {
        let command = without_key(text::open_scene(&scene.title), text::SCENES, Intent::OpenBundled(index));
        Command { about: scene.about.clone(), ..command }
    });
    actions.chain(files(model)).chain(scenes).chain(course(model)).collect()
}

/// A command without a key.
fn without_key(name: String, group: &'static str, intent: Intent) -> Command {
    Command { name, group, key: String::new(), keys: String::new(), about: String::new(), intents: vec![intent] }
}

/// Exports, pictures and films, as their window has them.
fn files(model: &Model) -> impl Iterator<Item = Command> {
    let command = |name: &str, intent: Intent| without_key(text::save(name), exports::EXPORT, intent);
    let formats =
        ExportFormat::ALL.into_iter().map(move |format| command(exports::format(format).name, Intent::Export(format)));
    let pictures = PictureScale::ALL
        .into_iter()
        .map(move |scale| command(exports::picture_name(scale), Intent::SavePicture(scale)));
    let films = &model.session.film_kinds;
    let films = films.iter().map(move |kind| command(exports::film_name(*kind), Intent::SaveFilm(*kind)));
    formats.chain(pictures).chain(films)
}

/// The list of the course, all lessons and all stories.
fn course(model: &Model) -> impl Iterator<Item = Command> {
    let files = &model.session.files;
    let lessons = files.lessons.iter().map(move |lesson| {
        let open = LessonIntent::Open(lesson.id.clone());
        let command = without_key(text::open_lesson(&lesson.title), text::COURSE, Intent::Lesson(open));
        Command { about: lesson.id.clone(), ..command }
    });
    let stories = files.stories.iter().map(move |story| {
        let open = StoryIntent::Open(story.id.clone());
        let command = without_key(text::present_story(&story.title), text::COURSE, Intent::Story(open));
        Command { about: story.id.clone(), ..command }
    });
    let all = without_key(text::OPEN_COURSE.to_owned(), text::COURSE, Intent::Lesson(LessonIntent::ToggleCourse));
    std::iter::once(all).chain(lessons).chain(stories)
}

/// All bundled scenes, read once.
fn scene_entries(ctx: &Context, model: &Model) -> Arc<Vec<SceneEntry>> {
    let id = Id::new("bundled scenes in the palette");
    if let Some(known) = ctx.data(|data| data.get_temp::<Arc<Vec<SceneEntry>>>(id)) {
        return known;
    }
    let entry = |bundled: &BundledScene| match bundled.load(model.session.catalog()) {
        Ok(document) => {
            let scene = &document.scene;
            let machines = scene.fabrics.iter().map(|fabric| fabric.kind.machine_name());
            let about = [bundled.file, scene.teaches.as_str()].into_iter().chain(machines).collect::<Vec<_>>();
            SceneEntry { title: scene.title.clone(), about: about.join(" ").to_lowercase() }
        }
        Err(_) => SceneEntry { title: bundled.file.to_owned(), about: String::new() },
    };
    let entries = Arc::new(menu().map(entry).collect::<Vec<_>>());
    ctx.data_mut(|data| data.insert_temp(id, Arc::clone(&entries)));
    entries
}

/// The commands that have all typed words, those first whose names begin with them.
fn find(commands: Vec<Command>, typed: &str) -> Vec<Command> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let ranked = commands.into_iter().filter_map(|command| Some((rank(&command, &words)?, command)));
    let mut ranked: Vec<(u32, Command)> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, command)| command).collect()
}

/// How far a command is from what was typed; `None` if a word is missing in it.
fn rank(command: &Command, words: &[String]) -> Option<u32> {
    let name = command.name.to_lowercase();
    let keys = command.keys.to_lowercase();
    let group = command.group.to_lowercase();
    let of_word = |word: &String| {
        let at_word = name.split(|character: char| !character.is_alphanumeric()).any(|part| part.starts_with(word));
        if keys.split(' ').any(|key| key == word) {
            Some(0)
        } else if name.starts_with(word.as_str()) {
            Some(1)
        } else if at_word {
            Some(2)
        } else if name.contains(word.as_str()) || keys.contains(word.as_str()) {
            Some(3)
        } else if group.starts_with(word.as_str()) {
            Some(4)
        } else if command.about.contains(word.as_str()) {
            Some(5)
        } else {
            None
        }
    };
    words.iter().map(of_word).try_fold(0, |sum, rank| Some(sum + rank?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(name: &str, keys: &str) -> Command {
        let (name, keys) = (name.to_owned(), keys.to_owned());
        Command { name, group: "Stage", key: String::new(), keys, about: String::new(), intents: Vec::new() }
    }

    fn found(typed: &str) -> Vec<String> {
        let all = [("Whole fabric", "V"), ("Fabric A", "1"), ("Zoom in", "Z"), ("Undo", "U Ctrl + Z")];
        find(all.map(|(name, keys)| command(name, keys)).into(), typed).into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn names_that_begin_with_the_word_come_first() {
        assert_eq!(found("fabric"), ["Fabric A", "Whole fabric"]);
        assert_eq!(found("FABR who"), ["Whole fabric"]);
    }

    #[test]
    fn a_command_is_found_by_its_key() {
        assert_eq!(found("v").first().map(String::as_str), Some("Whole fabric"));
        assert_eq!(found("ctrl").first().map(String::as_str), Some("Undo"));
    }

    #[test]
    fn a_scene_is_found_by_what_it_is_about_after_names() {
        let scene = Command { about: "cluster.ron four nodes, dgx h100".to_owned(), ..command("Open: One node", "") };
        let named = command("Whole cluster", "");
        let found = find(vec![scene, named], "Cluster").into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(found, ["Whole cluster", "Open: One node"]);
    }

    #[test]
    fn nothing_typed_finds_everything_and_nonsense_nothing() {
        assert_eq!(found("").len(), 4);
        assert_eq!(found("zzz"), Vec::<String>::new());
    }
}
