//! XML as a list of elements. No entity is expanded, and size, depth and count are limited before memory is used.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::import::error::ImportError;

/// Largest XML file.
pub(in crate::import) const MAX_XML_BYTES: usize = 8 << 20;
/// Most elements inside each other.
const MAX_DEPTH: usize = 64;
/// Most elements.
const MAX_ELEMENTS: usize = 65_536;
/// Most attributes of an element.
const MAX_ATTRIBUTES: usize = 64;

/// An element.
#[derive(Clone, Debug, Default)]
pub(in crate::import) struct Element {
    /// Its tag.
    pub name: String,
    /// Its place in the list of its parent, if it has one.
    pub parent: Option<usize>,
    /// Its line, from 1.
    pub line: usize,
    children: Vec<usize>,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute.
    pub(in crate::import) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.trim())
    }

    /// An attribute that is a whole number; `None` without it.
    ///
    /// # Errors
    /// It is not a number.
    pub(in crate::import) fn number(&self, name: &str) -> Result<Option<u64>, ImportError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.parse::<u64>() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(ImportError::line(
                self.line,
                format!("{name}=\"{}\" of <{}> is not a whole number", crate::units::quoted(text), self.name),
                "accepted: such as 12",
            )),
        }
    }
}

/// A document: its elements, each after its parent.
#[derive(Clone, Debug, Default)]
pub(in crate::import) struct Document {
    /// The elements.
    pub elements: Vec<Element>,
}

impl Document {
    /// The places of the children of an element.
    pub(in crate::import) fn children(&self, parent: usize) -> impl Iterator<Item = (usize, &Element)> {
        let places = self.elements.get(parent).into_iter().flat_map(|element| &element.children);
        places.filter_map(|&place| Some((place, self.elements.get(place)?)))
    }

    /// The elements above one, from its parent up.
    pub(in crate::import) fn above(&self, element: usize) -> impl Iterator<Item = usize> {
        let parent = |at: &usize| self.elements.get(*at).and_then(|element| element.parent);
        std::iter::successors(parent(&element), parent).take(MAX_DEPTH)
    }
}

/// The root's tag of a text that begins with `<`, after prolog and comments.
pub(in crate::import) fn root_tag(text: &str) -> Option<String> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->")?.1;
        } else if rest.starts_with("<?") || rest.starts_with("<!") || rest.starts_with("]>") {
            rest = rest.split_once('>')?.1;
        } else {
            let tag = rest.strip_prefix('<')?;
            let end = tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(tag.len());
            return tag.get(..end.min(64)).map(str::to_owned);
        }
    }
}

/// Reads a document up to the end of its root.
///
/// # Errors
/// Tags that do not match, an early end, or a limit; each with its line.
pub(in crate::import) fn read(text: &str) -> Result<Document, ImportError> {
    if text.len() > MAX_XML_BYTES {
        return Err(ImportError::whole("is larger than 8 MiB", "accepted: the file of one job or host"));
    }
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.trim_markup_names_in_closing_tags = true;
    let mut document = Document::default();
    let mut open: Vec<usize> = Vec::new();
    let mut lines = Lines { text, byte: 0, line: 1 };
    loop {
        let start = reader.buffer_position();
        let event = reader.read_event().map_err(|error| {
            let line = lines.at(reader.error_position());
            let what = match error {
                quick_xml::Error::IllFormed(error) => error.to_string(),
                quick_xml::Error::Syntax(error) => error.to_string(),
                quick_xml::Error::Io(_)
                | quick_xml::Error::InvalidAttr(_)
                | quick_xml::Error::Encoding(_)
                | quick_xml::Error::Escape(_)
                | quick_xml::Error::Namespace(_) => "failed to read it".to_owned(),
            };
            ImportError::line(line, format!("the XML is damaged: {}", crate::units::quoted(&what)), WHOLE)
        })?;
        match event {
            Event::Start(tag) => {
                let place = add(&mut document, &tag, open.last().copied(), lines.at(start))?;
                open.push(place);
                if open.len() > MAX_DEPTH {
                    let problem = format!("elements nest deeper than {MAX_DEPTH} levels");
                    return Err(ImportError::line(lines.at(start), problem, "a machine needs about ten levels"));
                }
            }
            Event::Empty(tag) => {
                add(&mut document, &tag, open.last().copied(), lines.at(start))?;
                if open.is_empty() {
                    return Ok(document);
                }
            }
            Event::End(_) => {
                open.pop();
                if open.is_empty() {
                    return Ok(document);
                }
            }
            Event::Eof => {
                let tag = open.last().and_then(|at| document.elements.get(*at));
                let problem = match tag {
                    Some(tag) => format!("the file ends inside <{}>, which begins in line {}", tag.name, tag.line),
                    None => "has no element".to_owned(),
                };
                return Err(ImportError::line(lines.at(start), problem, WHOLE));
            }
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
}

const WHOLE: &str = "the copy may be cut; use the whole file as NCCL wrote it";

fn add(
    document: &mut Document,
    tag: &BytesStart<'_>,
    parent: Option<usize>,
    line: usize,
) -> Result<usize, ImportError> {
    if document.elements.len() >= MAX_ELEMENTS {
        return Err(ImportError::line(line, "more than 65,536 elements", "accepted: the file of one job or host"));
    }
    let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
    let mut element = Element { name, parent, line, children: Vec::new(), attributes: Vec::new() };
    for attribute in tag.attributes().with_checks(false).take(MAX_ATTRIBUTES) {
        let attribute = attribute.map_err(|_| {
            let name = crate::units::quoted(&element.name);
            ImportError::line(
                line,
                format!("an attribute of <{name}> has no value in quotes"),
                "accepted: name=\"value\"",
            )
        })?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        element.attributes.push((text(attribute.key.as_ref()), text(&attribute.value)));
    }
    let place = document.elements.len();
    if let Some(above) = parent.and_then(|parent| document.elements.get_mut(parent)) {
        above.children.push(place);
    }
    document.elements.push(element);
    Ok(place)
}

/// Counts lines, forwards only: each byte is looked at once.
struct Lines<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, byte: u64) -> usize {
        let to = (byte as usize).min(self.text.len());
        if to > self.byte {
            let passed = self.text.as_bytes().get(self.byte..to).unwrap_or_default();
            self.line += passed.iter().filter(|&&byte| byte == b'\n').count();
            self.byte = to;
        }
        self.line
    }
}
