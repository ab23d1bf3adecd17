//! The macros of the crate `inventory`, which collect nothing.
//!
//! Bevy submits every reflected type to a registry that an app may ask for. Nothing in this program asks, but what was submitted is
//! linked: the code that reads, writes and compares some thousand types by their names.

#![no_std]

/// Declares a type of things to collect.
#[macro_export]
macro_rules! collect {
    ($($type:tt)*) => {};
}

/// Leaves out what is submitted.
#[macro_export]
macro_rules! submit {
    ($($value:tt)*) => {};
}

/// What has been collected, as `for one in inventory::iter::<T>`.
#[derive(Clone, Copy, Debug)]
#[expect(non_camel_case_types, reason = "the name in the crate that this one stands for")]
pub enum Collected<T> {
    /// All of it: nothing.
    iter,
    /// Never made.
    Type(core::marker::PhantomData<T>),
}

pub use Collected::iter;

impl<T: 'static> IntoIterator for Collected<T> {
    type Item = &'static T;
    type IntoIter = core::iter::Empty<&'static T>;

    fn into_iter(self) -> Self::IntoIter {
        core::iter::empty()
    }
}
