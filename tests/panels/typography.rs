//! What the painted texts say and where they are.

use egui_kittest::Harness;
use fabricscope::session::{Intent, Session};
use fabricscope::units::Femtos;

use crate::screen::{Screen, screen_of};

/// The painted texts, line by line, with the areas that are visible.
fn painted_texts(harness: &Harness<Screen>) -> Vec<(String, egui::Rect)> {
    fn add(topology: &egui::Shape, clip: egui::Rect, found: &mut Vec<(String, egui::Rect)>) {
        match topology {
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|topology| add(topology, clip, found)),
            egui::Shape::Text(text) => {
                // Line by line, as far as the letters reach.
                for row in &text.galley.rows {
                    let rect = row.rect().translate(text.pos.to_vec2()).shrink2(egui::vec2(0.5, 2.0));
                    let words: String = row.glyphs.iter().map(|glyph| glyph.chr).collect();
                    if !words.trim().is_empty() && rect.intersect(clip).is_positive() {
                        found.push((words, rect.intersect(clip)));
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    harness.output().shapes.iter().for_each(|shape| add(&shape.shape, shape.clip_rect, &mut found));
    found
}

#[test]
fn no_texts_of_any_scene_overlap_at_any_size() {
    use fabricscope::scene::{BUNDLED, CLAIMS};
    let mut wrong = Vec::new();
    for size in [[640.0, 360.0], [1280.0, 720.0], [1920.0, 1080.0]] {
        for scene in BUNDLED.iter().chain(&CLAIMS) {
            let mut session = Session::from_text(scene.file, scene.text).unwrap_or_else(|error| panic!("{error}"));
            let at = Femtos(session.clock.duration.0 / 5 * 2);
            session.apply(Intent::Seek(at));
            let mut harness = screen_of(session, size);
            harness.run_steps(3);
            let seen = painted_texts(&harness);
            assert!(seen.len() > 5, "{}: few texts", scene.file);
            for (place, (words, rect)) in seen.iter().enumerate() {
                for (others, other) in &seen[place + 1..] {
                    let common = rect.intersect(*other);
                    if common.is_positive() && common.width() > 1.0 && common.height() > 1.0 {
                        wrong.push(format!("{} at {size:?}: `{words}` {rect:?} and `{others}` {other:?}", scene.file));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} overlaps:\n{}", wrong.len(), wrong.join("\n"));
}

/// Patterns of `docs/style.md` that no text on the screen may have.
const WORST: [&str; 21] = [
    " is no ",
    "is told",
    "is said",
    "one looks",
    "where there is",
    "nobody",
    "nowhere",
    "what binds",
    "who sends",
    "in its time",
    "mend",
    "take back",
    "taken back",
    "do it again",
    "no longer",
    "closer",
    "farther",
    "on the way",
    "on the mean",
    "are worth",
    "speak to",
];

fn has_worst_pattern(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    WORST.into_iter().find(|pattern| text.contains(pattern))
}

#[test]
fn no_panel_shows_a_text_with_the_worst_patterns() {
    let mut session = Session::first_look().expect("the default scene");
    session.apply(Intent::Seek(Femtos::from_secs(150e-6)));
    let mut harness = screen_of(session, [1920.0, 1600.0]);
    let mut wrong = Vec::new();
    let link = fabricscope::stage::Item::Link(fabricscope::fabric::LinkId(3));
    let selection = fabricscope::stage::Selection { fabric: 0, item: link };
    let steps = [
        Intent::Pause,
        Intent::Select(Some(selection)),
        Intent::ShowMatrix(true),
        Intent::ToggleScenes,
        Intent::ToggleHelp,
        Intent::ShowSources(Some(0)),
        Intent::ToggleSweep,
    ];
    for intent in steps {
        harness.state_mut().session.apply(intent.clone());
        harness.run_steps(3);
        for (text, _) in painted_texts(&harness) {
            if let Some(pattern) = has_worst_pattern(&text) {
                wrong.push(format!("after {intent:?}: `{pattern}` in `{text}`"));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{} texts:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_label_or_tooltip_has_the_worst_patterns() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui/text");
    let mut wrong = Vec::new();
    for file in std::fs::read_dir(folder).expect("the texts of the panels") {
        let path = file.expect("a file").path();
        let source = std::fs::read_to_string(&path).expect("a text file");
        // Literals stand between every second pair of quotes; the comments have none.
        for literal in source.split('"').skip(1).step_by(2) {
            if let Some(pattern) = has_worst_pattern(literal) {
                wrong.push(format!("{}: `{pattern}` in `{literal}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} texts:\n{}", wrong.len(), wrong.join("\n"));
}
