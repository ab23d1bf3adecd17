//! A talk on paper: every beat with its picture, caption and notes, as one HTML page.

use super::beat::ShownBeat;
use crate::units::html;

/// A beat of a handout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoutBeat {
    /// The beat, filled.
    pub shown: ShownBeat,
    /// How long it stands, seconds.
    pub seconds: u32,
    /// The file of its picture beside the page, if there is one.
    pub picture: Option<String>,
}

/// The page. It needs nothing from the network.
pub fn handout(title: &str, beats: &[HandoutBeat]) -> String {
    let mut body = String::new();
    let mut start_s = 0;
    for (index, HandoutBeat { shown, seconds, picture }) in beats.iter().enumerate() {
        let number = index + 1;
        let caption = html(&shown.caption);
        body.push_str(&format!("<section>\n<h2><span>{number}</span> {caption}</h2>\n"));
        if let Some(picture) = picture {
            body.push_str(&format!("<img src=\"{}\" alt=\"{caption}\">\n", html(picture)));
        }
        if let Some(hero) = &shown.hero {
            body.push_str(&format!("<p class=\"hero\">{}</p>\n", html(hero)));
        }
        if !shown.notes.is_empty() {
            body.push_str(&format!("<p>{}</p>\n", html(&shown.notes)));
        }
        let (minutes, rest) = (start_s / 60, start_s % 60);
        body.push_str(&format!("<p class=\"time\">at {minutes}:{rest:02}, {seconds} s</p>\n</section>\n"));
        start_s += seconds;
    }
    let (title, version) = (html(title), env!("CARGO_PKG_VERSION"));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <h1>{title}</h1>\n<p class=\"time\">Every figure was computed by Fabricscope {version} when this page was made.</p>\n\
         {body}</html>\n"
    )
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#131a24}\
section{break-inside:avoid;margin:2.5rem 0}h2{font-size:1.25rem;margin:0 0 .5rem}h2 span{color:#66707f;margin-right:.5rem}\
img{width:100%;border-radius:8px;display:block}.hero{font-size:2rem;font-weight:600;margin:.5rem 0 0}\
.time{color:#66707f;font-size:.875rem}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handout_has_every_beat_and_takes_no_text_as_markup() {
        let shown =
            ShownBeat { caption: "A < B & \"C\"".to_owned(), notes: "Wait.".to_owned(), ..ShownBeat::default() };
        let beat = HandoutBeat { shown, seconds: 70, picture: Some("01-a.png".to_owned()) };
        let page = handout("<Title>", &[beat.clone(), beat]);
        assert_eq!(page.matches("<section>").count(), 2);
        assert!(page.contains("A &lt; B &amp;") && !page.contains("<Title>"), "{page}");
        assert!(page.contains("at 1:10"), "the second beat begins after the first: {page}");
    }
}
