//! Values whose type does not matter: numbers as texts, texts as numbers, lists that are skipped.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Longest text that is kept, bytes.
const MAX_TEXT: usize = 4_096;

/// A value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::import) enum Scalar {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// Anything else.
    #[default]
    Other,
}

impl Scalar {
    /// The text; empty for others.
    pub(in crate::import) fn text(&self) -> &str {
        match self {
            Scalar::Text(text) => text,
            Scalar::Number(_) | Scalar::Other => "",
        }
    }

    /// The number, also of a text that is one.
    pub(in crate::import) fn number(&self) -> Option<f64> {
        let number = match self {
            Scalar::Number(number) => *number,
            Scalar::Text(text) => text.trim().parse().ok()?,
            Scalar::Other => return None,
        };
        number.is_finite().then_some(number)
    }

    /// The number if it is whole and not negative.
    pub(in crate::import) fn whole(&self) -> Option<u64> {
        self.number()
            .filter(|number| *number >= 0.0 && *number < 9e15 && number.fract() == 0.0)
            .map(|number| number as u64)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        let end = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= MAX_TEXT).last();
        Ok(Scalar::Text(text.get(..end.unwrap_or(0)).unwrap_or_default().to_owned()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number as f64))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Scalar, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Scalar, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// The numbers of a list, at most so many; a number counts as a list of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::import) struct Numbers(pub Vec<f64>);

/// Most numbers of a list that are kept.
const MAX_NUMBERS: usize = 4_096;

struct NumbersVisitor;

impl<'de> Visitor<'de> for NumbersVisitor {
    type Value = Numbers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Numbers, A::Error> {
        let mut numbers = Vec::new();
        while let Some(value) = list.next_element::<Scalar>()? {
            numbers.extend(value.number().filter(|_| numbers.len() < MAX_NUMBERS));
        }
        Ok(Numbers(numbers))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Numbers, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Numbers::default())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Numbers, E> {
        Ok(Numbers(vec![number]))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Numbers, E> {
        Ok(Numbers(vec![number as f64]))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Numbers, E> {
        Ok(Numbers(vec![number as f64]))
    }

    fn visit_str<E>(self, _: &str) -> Result<Numbers, E> {
        Ok(Numbers::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Numbers, E> {
        Ok(Numbers::default())
    }

    fn visit_unit<E>(self) -> Result<Numbers, E> {
        Ok(Numbers::default())
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Numbers, D::Error> {
        deserializer.deserialize_any(NumbersVisitor)
    }
}

/// The first value of a list; the others are skipped.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::import) struct First<T>(pub Option<T>);

struct FirstVisitor<T>(core::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for FirstVisitor<T> {
    type Value = First<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<First<T>, A::Error> {
        let first = list.next_element()?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(First(first))
    }

    fn visit_str<E>(self, _: &str) -> Result<First<T>, E> {
        Ok(First(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<First<T>, E> {
        Ok(First(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<First<T>, E> {
        Ok(First(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<First<T>, E> {
        Ok(First(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<First<T>, E> {
        Ok(First(None))
    }

    fn visit_unit<E>(self) -> Result<First<T>, E> {
        Ok(First(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<First<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(First(None))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for First<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<First<T>, D::Error> {
        deserializer.deserialize_any(FirstVisitor(core::marker::PhantomData))
    }
}
