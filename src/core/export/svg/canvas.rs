//! An SVG under construction: shapes and text in points, y down.

use glam::{Vec2, vec2};

use crate::export::content::Content;
use crate::export::provenance::Provenance;
use crate::stage::Rect;
use crate::style::{Rgba8, Theme};

/// The mean width of a character, as a share of the type size: SVG has no measure of text.
const CHARACTER: f32 = 0.56;

/// The end of a text that stands at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Size, weight and colour of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub size: f32,
    pub bold: bool,
    pub ink: Rgba8,
}

impl Type {
    pub fn plain(size: f32, ink: Rgba8) -> Type {
        Type { size, bold: false, ink }
    }

    pub fn bold(size: f32, ink: Rgba8) -> Type {
        Type { size, bold: true, ink }
    }
}

/// Fill and outline of a rectangle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub fill: Rgba8,
    pub border: Option<Rgba8>,
    pub radius: f32,
}

impl Paint {
    pub fn fill(fill: Rgba8) -> Paint {
        Paint { fill, border: None, radius: 0.0 }
    }
}

/// The figure.
pub(super) struct Canvas {
    pub theme: &'static Theme,
    pub size: Vec2,
    body: String,
    marks: u64,
}

impl Canvas {
    pub fn new(size: Vec2, theme: &'static Theme) -> Canvas {
        Canvas { theme, size, body: String::new(), marks: 0 }
    }

    /// A rectangle with what it stands for, which viewers show under the pointer.
    pub fn rect(&mut self, rect: Rect, paint: Paint, title: &str) {
        let size = rect.size();
        let mut attributes = format!(
            r#"x="{}" y="{}" width="{}" height="{}" {}"#,
            number(rect.min.x),
            number(rect.min.y),
            number(size.x),
            number(size.y),
            fill(paint.fill)
        );
        if let Some(border) = paint.border {
            attributes.push_str(&format!(r#" stroke="{}""#, hex(border)));
        }
        if paint.radius > 0.0 {
            attributes.push_str(&format!(r#" rx="{}""#, number(paint.radius)));
        }
        self.element("rect", &attributes, title);
    }

    /// A line.
    pub fn line(&mut self, [from, to]: [Vec2; 2], width: f32, ink: Rgba8, title: &str) {
        let attributes = format!(
            r#"x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}""#,
            number(from.x),
            number(from.y),
            number(to.x),
            number(to.y),
            hex(ink),
            number(width)
        );
        self.element("line", &attributes, title);
    }

    /// Lines from point to point.
    pub fn polyline(&mut self, points: &[Vec2], width: f32, ink: Rgba8, title: &str) {
        let points: Vec<String> = points.iter().map(|at| format!("{},{}", number(at.x), number(at.y))).collect();
        let attributes = format!(
            r#"points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round""#,
            points.join(" "),
            hex(ink),
            number(width)
        );
        self.element("polyline", &attributes, title);
    }

    /// A dot.
    pub fn dot(&mut self, at: Vec2, radius: f32, ink: Rgba8, title: &str) {
        let attributes = format!(r#"cx="{}" cy="{}" r="{}" {}"#, number(at.x), number(at.y), number(radius), fill(ink));
        self.element("circle", &attributes, title);
    }

    /// A line of text on its baseline.
    pub fn text(&mut self, at: Vec2, text: &str, kind: Type, anchor: Anchor) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        let weight = if kind.bold { r#" font-weight="600""# } else { "" };
        let (x, y, size) = (number(at.x), number(at.y), number(kind.size));
        self.body.push_str(&format!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" {}{weight}{anchor}>{}</text>\n",
            fill(kind.ink),
            escaped(text)
        ));
    }

    fn element(&mut self, name: &str, attributes: &str, title: &str) {
        self.marks += 1;
        if title.is_empty() {
            self.body.push_str(&format!("<{name} {attributes}/>\n"));
        } else {
            self.body.push_str(&format!("<{name} {attributes}><title>{}</title></{name}>\n", escaped(title)));
        }
    }

    /// The file.
    pub fn finish(self, title: &str, provenance: &Provenance, notes: Vec<String>) -> Content {
        let Canvas { theme, size, body, marks } = self;
        let [width, height] = [size.x, size.y].map(number);
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" font-family=\"Inter, 'Helvetica Neue', Arial, sans-serif\">\n"
        );
        text.push_str(&format!("<title>{}</title>\n<desc>", escaped(title)));
        provenance.lines().iter().chain(&notes).for_each(|line| text.push_str(&format!("{}\n", escaped(line))));
        text.push_str("</desc>\n");
        let (width, height) = (number(size.x), number(size.y));
        text.push_str(&format!("<rect width=\"{width}\" height=\"{height}\" {}/>\n", fill(theme.ground)));
        text.push_str(&body);
        text.push_str("</svg>\n");
        Content { text, rows: marks, notes }
    }
}

/// The width of a text, as far as it is known without its font.
pub(super) fn text_width(text: &str, size: f32) -> f32 {
    text.chars().count() as f32 * size * CHARACTER
}

/// A text cut to a width, with an ellipsis.
pub(super) fn fitted(text: &str, size: f32, width: f32) -> String {
    let most = (width / (size * CHARACTER)) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A text in lines of at most a width.
pub(super) fn wrapped(text: &str, size: f32, width: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut().filter(|line| text_width(line, size) + text_width(word, size) + size < width) {
            Some(line) => line.push_str(&format!(" {word}")),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The corner of a rectangle and its size.
pub(super) fn sized(x: f32, y: f32, width: f32, height: f32) -> Rect {
    Rect::new(vec2(x, y), vec2(x + width, y + height))
}

/// A coordinate with at most two decimals; SVG has no infinite ones.
fn number(value: f32) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn hex(Rgba8([red, green, blue, _]): Rgba8) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn fill(colour: Rgba8) -> String {
    let Rgba8([_, _, _, alpha]) = colour;
    match alpha {
        255 => format!(r#"fill="{}""#, hex(colour)),
        _ => format!(r#"fill="{}" fill-opacity="{}""#, hex(colour), number(f32::from(alpha) / 255.0)),
    }
}

/// A text in XML. Characters that XML does not have are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_coordinates_are_short() {
        assert_eq!(escaped("a < b & \"c\"\u{0}"), "a &lt; b &amp; &quot;c&quot; ");
        assert_eq!([1.0, 1.5, 1.006, f32::NAN].map(number), ["1", "1.5", "1.01", "0"]);
        assert_eq!(fitted("a long name", 10.0, 30.0), "a lo…");
        assert_eq!(wrapped("one row per link", 10.0, 60.0), ["one row", "per link"]);
    }
}
