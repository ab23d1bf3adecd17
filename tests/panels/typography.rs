//! What the painted texts say and where they are.

use egui_kittest::Harness;
use fabricscope::scene::{BUNDLED, BundledScene, CLAIMS};
use fabricscope::session::{Intent, Session};
use fabricscope::units::Femtos;

use crate::screen::{Screen, screen_of};

/// A painted line of text.
struct Line {
    words: String,
    /// The visible part.
    rect: egui::Rect,
    /// Whether its beginning or its end is not visible.
    is_cut: bool,
}

/// The painted texts, line by line.
fn painted_texts(harness: &Harness<Screen>) -> Vec<Line> {
    fn add(topology: &egui::Shape, clip: egui::Rect, found: &mut Vec<Line>) {
        match topology {
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|topology| add(topology, clip, found)),
            egui::Shape::Text(text) => {
                // Line by line, as far as the letters reach.
                for row in &text.galley.rows {
                    let rect = row.rect().translate(text.pos.to_vec2()).shrink2(egui::vec2(0.5, 2.0));
                    let words: String = row.glyphs.iter().map(|glyph| glyph.chr).collect();
                    if !words.trim().is_empty() && rect.intersect(clip).is_positive() {
                        let is_cut = rect.left() < clip.left() - 1.0 || rect.right() > clip.right() + 1.0;
                        found.push(Line { words, rect: rect.intersect(clip), is_cut });
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

/// The words of the painted texts, line by line.
pub fn painted_words(harness: &Harness<Screen>) -> Vec<String> {
    painted_texts(harness).into_iter().map(|line| line.words).collect()
}

/// The faults of the painted texts of a scene in a window of a size in points.
fn faults(scene: &BundledScene, size: [f32; 2]) -> Vec<String> {
    let mut session = Session::from_text(scene.file, scene.text).unwrap_or_else(|error| panic!("{error}"));
    let at = Femtos(session.clock.duration.0 / 5 * 2);
    session.apply(Intent::Seek(at));
    let mut harness = screen_of(session, size);
    harness.run_steps(3);
    faults_of(&harness, scene.file, size)
}

/// The faults of the painted texts of a screen.
pub fn faults_of(harness: &Harness<Screen>, name: &str, size: [f32; 2]) -> Vec<String> {
    let seen = painted_texts(harness);
    assert!(seen.len() > 5, "{name}: few texts");
    let window = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
    let mut faults = Vec::new();
    for (place, Line { words, rect, is_cut }) in seen.iter().enumerate() {
        if *is_cut || rect.right() > window.right() + 1.0 {
            faults.push(format!("{} at {size:?}: `{words}` is cut, {rect:?}", name));
        }
        for other in &seen[place + 1..] {
            let common = rect.intersect(other.rect);
            if common.is_positive() && common.width() > 1.0 && common.height() > 1.0 {
                let others = (&other.words, other.rect);
                faults.push(format!("{} at {size:?}: `{words}` {rect:?} and {others:?}", name));
            }
        }
    }
    faults
}

#[test]
fn no_texts_of_any_scene_overlap_or_are_cut_at_any_size() {
    let mut wrong = Vec::new();
    for size in [[640.0, 360.0], [1280.0, 720.0], [1920.0, 1080.0]] {
        for scene in BUNDLED.iter().chain(&CLAIMS) {
            wrong.extend(faults(scene, size));
        }
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_texts_overlap_or_are_cut_in_the_smallest_and_the_largest_windows() {
    // In points: pixels divided by the scale. The smallest are 320 x 200, and 1440 x 900 at scale 3; the largest is 8K at 0.75.
    let sizes = [
        [320.0, 200.0],
        [400.0, 300.0],
        [480.0, 300.0],
        [720.0, 450.0],
        [910.0, 600.0],
        [960.0, 700.0],
        [1100.0, 700.0],
        [1440.0, 900.0],
        [1024.0, 1366.0],
        [3840.0, 2160.0],
        [10240.0, 5760.0],
    ];
    let mut wrong = Vec::new();
    for (turn, size) in sizes.into_iter().enumerate() {
        // The default scene always, and each of the others in turn.
        wrong.extend(faults(&BUNDLED[0], size));
        for scene in BUNDLED.iter().chain(&CLAIMS).skip(1 + turn % 6).step_by(6) {
            wrong.extend(faults(scene, size));
        }
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
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
        for Line { words, .. } in painted_texts(&harness) {
            if let Some(pattern) = has_worst_pattern(&words) {
                wrong.push(format!("after {intent:?}: `{pattern}` in `{words}`"));
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
