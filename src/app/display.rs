//! A check for a display before Bevy starts: without one, its window library panics.

/// There is no display to open a window on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no display: {reason}; `fabricscope run` and `fabricscope render` need none")]
pub struct NoDisplay {
    reason: String,
}

/// Whether a window can be opened.
///
/// # Errors
/// [`NoDisplay`] on Linux, if `DISPLAY` names none, or one of this machine on which no server listens.
#[cfg(target_os = "linux")]
pub fn check_display() -> Result<(), NoDisplay> {
    let Some(name) = std::env::var_os("DISPLAY").filter(|name| !name.is_empty()) else {
        return Err(NoDisplay { reason: "DISPLAY is not set".to_owned() });
    };
    let name = name.to_string_lossy().into_owned();
    match local_number(&name) {
        Some(number) if !listens(number) => {
            Err(NoDisplay { reason: format!("no server listens on DISPLAY {}", crate::units::quoted(&name)) })
        }
        // Displays of other machines are left to the window library.
        Some(_) | None => Ok(()),
    }
}

/// Other systems always have one.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub fn check_display() -> Result<(), NoDisplay> {
    Ok(())
}

/// The number of a display of this machine: 1 of `:1.0`.
#[cfg(target_os = "linux")]
fn local_number(name: &str) -> Option<u32> {
    let number = name.strip_prefix(':')?;
    number.split('.').next()?.parse().ok()
}

/// Whether an X server accepts connections: on the socket in the file system, or on the one without a file.
#[cfg(target_os = "linux")]
fn listens(number: u32) -> bool {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixStream};

    let path = format!("/tmp/.X11-unix/X{number}");
    UnixStream::connect(&path).is_ok()
        || SocketAddr::from_abstract_name(&path).and_then(|address| UnixStream::connect_addr(&address)).is_ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_displays_of_this_machine_have_a_number() {
        assert_eq!([":0", ":12.1", "host:0", "", ":x"].map(local_number), [Some(0), Some(12), None, None, None]);
        assert!(!listens(4_000_000));
    }
}
