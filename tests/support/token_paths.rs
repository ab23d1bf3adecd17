//! Paths in the bodies of macros, which are tokens without structure.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The paths such as `a::b::c` among tokens that were not parsed, with the line of each.
///
/// A single name counts if a call's bracket follows it or if it is a type's or a constant's.
pub fn paths_in_tokens(tokens: TokenStream, paths: &mut Vec<(Vec<String>, usize)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => paths_in_tokens(group.stream(), paths),
            TokenTree::Ident(first) => {
                let member =
                    at > 0 && matches!(&tokens[at - 1], TokenTree::Punct(mark) if ".$'".contains(mark.as_char()));
                let mut names = vec![first.to_string()];
                while colon(at + 1)
                    && colon(at + 2)
                    && let Some(TokenTree::Ident(next)) = tokens.get(at + 3)
                {
                    names.push(next.to_string());
                    at += 3;
                }
                let call = matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                let capital = names[0].starts_with(char::is_uppercase);
                if !member && (names.len() > 1 || call || capital) {
                    paths.push((names, first.span().start().line));
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        at += 1;
    }
}
