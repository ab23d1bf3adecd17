//! `completions`, `manual` and `--version`.

use super::support::{fabricscope, fails, stdout};

/// All commands that help lists.
fn commands() -> Vec<String> {
    let help = stdout(&fabricscope(&["--help"]));
    let list = help.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list of commands");
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn completions_of_every_shell_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = stdout(&fabricscope(&["completions", shell]));
        for command in commands() {
            assert!(text.contains(&command), "{shell}: {command}");
        }
    }
    assert!(fails(&["completions", "korn"], 2).contains("bash"));
}

#[test]
fn every_command_has_a_manual_page_with_its_flags() {
    let folder = std::env::temp_dir().join(format!("fabricscope-manual-{}", std::process::id()));
    let output = fabricscope(&["manual", "-o", folder.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(0));
    for command in commands() {
        let page = folder.join(format!("fabricscope-{command}.1"));
        let page = std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        assert!(page.contains(".TH") && page.contains(".SH"), "{command}: a page of man");
    }
    let run = std::fs::read_to_string(folder.join("fabricscope-run.1")).expect("a page");
    assert!(run.contains("PATH=VALUE"), "{run}");
    std::fs::remove_dir_all(&folder).expect("its own folder");
}

#[test]
fn manual_pages_for_a_folder_that_is_a_file_are_an_error_that_names_it() {
    let errors = fails(&["manual", "-o", "/dev/null"], 1);
    assert!(errors.contains("/dev/null"), "{errors}");
}

#[test]
fn the_version_is_that_of_the_package_with_the_commit_where_git_knows_it() {
    let text = stdout(&fabricscope(&["--version"]));
    let rest = text.strip_prefix(concat!("fabricscope ", env!("CARGO_PKG_VERSION"))).expect("the version first");
    let commit = rest.trim().trim_start_matches('(').trim_end_matches(')');
    assert!(commit.is_empty() || commit.len() >= 7 && commit.chars().all(|digit| digit.is_ascii_hexdigit()), "{text}");
}
