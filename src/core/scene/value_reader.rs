//! Reads a part of a scene file from JSON values. Errors say by type what was wanted, so that no text is taken apart.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde_json::Value;

use crate::units::quoted;

/// Why values are not a scene.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ReadError {
    /// A field that the schema does not have.
    UnknownField {
        /// As written.
        field: String,
        /// The fields that exist.
        known: &'static [&'static str],
    },
    /// A field that must not be left out.
    MissingField(&'static str),
    /// A value of the wrong kind.
    WrongKind {
        /// As written.
        found: String,
        /// What the schema wants.
        wanted: ValueKind,
    },
    /// Any other complaint of the schema. Its words are those of the programming language.
    Other,
}

/// The kinds of values in a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueKind {
    Bool,
    Whole,
    Number,
    Text,
    List,
    Group,
}

impl ValueKind {
    /// With its article.
    pub fn label(self) -> &'static str {
        match self {
            ValueKind::Bool => "true or false",
            ValueKind::Whole => "a whole number, 0 or more",
            ValueKind::Number => "a number",
            ValueKind::Text => "a text",
            ValueKind::List => "a list, such as [a, b]",
            ValueKind::Group => "a group of fields, such as (name: value)",
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::UnknownField { field, .. } => write!(f, "unknown field `{}`", quoted(field)),
            ReadError::MissingField(field) => write!(f, "field `{field}` is missing"),
            ReadError::WrongKind { found, wanted } => write!(f, "{found} is not {}", wanted.label()),
            ReadError::Other => f.write_str("a value does not fit its field"),
        }
    }
}

impl std::error::Error for ReadError {}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(_: T) -> ReadError {
        ReadError::Other
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> ReadError {
        ReadError::UnknownField { field: field.to_owned(), known }
    }

    fn missing_field(field: &'static str) -> ReadError {
        ReadError::MissingField(field)
    }
}

/// Reads a value.
///
/// # Errors
/// The first thing that does not follow the schema.
pub(super) fn read<T: DeserializeOwned>(value: &Value) -> Result<T, ReadError> {
    T::deserialize(Reader(value))
}

/// One value to be read.
struct Reader<'a>(&'a Value);

impl Reader<'_> {
    fn wrong<T>(&self, wanted: ValueKind) -> Result<T, ReadError> {
        let found = match self.0 {
            Value::Null => "nothing".to_owned(),
            Value::String(text) => format!("`{}`", quoted(text)),
            Value::Bool(_) | Value::Number(_) => format!("`{}`", self.0),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "a group of fields".to_owned(),
        };
        Err(ReadError::WrongKind { found, wanted })
    }
}

impl<'de> IntoDeserializer<'de, ReadError> for Reader<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(_) => self.deserialize_f64(visitor),
            Value::String(text) => visitor.visit_str(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.as_bool() {
            Some(value) => visitor.visit_bool(value),
            None => self.wrong(ValueKind::Bool),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.as_u64().and_then(|number| u32::try_from(number).ok()) {
            Some(number) => visitor.visit_u32(number),
            None => self.wrong(ValueKind::Whole),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.as_u64() {
            Some(number) => visitor.visit_u64(number),
            None => self.wrong(ValueKind::Whole),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.as_f64() {
            Some(number) => visitor.visit_f64(number),
            None => self.wrong(ValueKind::Number),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.as_str() {
            Some(text) => visitor.visit_str(text),
            None => self.wrong(ValueKind::Text),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.as_array() {
            Some(list) => visitor.visit_seq(SeqDeserializer::new(list.iter().map(Reader))),
            None => self.wrong(ValueKind::List),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.as_object() {
            Some(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.as_str(), Reader(value)));
                visitor.visit_map(MapDeserializer::new(fields))
            }
            None => self.wrong(ValueKind::Group),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_map(visitor)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u128 f32 char bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct enum
        identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::SceneFile;
    use crate::scene::presets::BUNDLED;
    use crate::scene::schema::ParamsFile;

    #[test]
    fn every_bundled_scene_reads_back_from_its_values() {
        for scene in BUNDLED {
            let file: SceneFile = crate::scene::parse::options().from_str(scene.text).expect("a scene");
            let values = serde_json::to_value(&file).expect("values");
            assert_eq!(read::<SceneFile>(&values), Ok(file), "{}", scene.file);
        }
    }

    #[test]
    fn errors_name_the_field_and_the_wanted_kind() {
        let params = |json: &str| read::<ParamsFile>(&serde_json::from_str(json).expect("JSON"));
        let unknown = params(r#"{"launc": "1us"}"#).expect_err("an unknown field");
        assert!(matches!(unknown, ReadError::UnknownField { field, known } if field == "launc" && known.len() > 10));
        for (json, wanted) in [
            (r#"{"launch": 3}"#, ValueKind::Text),
            (r#"{"hop_cycles": "3"}"#, ValueKind::Number),
            (r#"{"channels": -3}"#, ValueKind::Whole),
            (r#"{"channels": 5000000000}"#, ValueKind::Whole),
            (r#"{"blocking_sends": "yes"}"#, ValueKind::Bool),
            ("[]", ValueKind::Group),
        ] {
            let error = params(json).expect_err(json);
            assert!(matches!(error, ReadError::WrongKind { wanted: kind, .. } if kind == wanted), "{json}: {error}");
        }
        assert_eq!(read::<SceneFile>(&serde_json::json!({})), Err(ReadError::MissingField("version")));
    }
}
