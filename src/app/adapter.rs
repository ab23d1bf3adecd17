//! A check for a graphics adapter before Bevy starts: without one, Bevy panics.

/// There is no graphics adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no graphics adapter: install a Vulkan driver, for example Debian's mesa-vulkan-drivers")]
pub struct NoAdapter;

/// Requests an adapter from the backends that Bevy will use (`WGPU_BACKEND` restricts them).
///
/// # Errors
/// [`NoAdapter`] if no backend has one.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn check() -> Result<(), NoAdapter> {
    use bevy::render::settings::WgpuSettings;

    let settings = WgpuSettings::default();
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = settings.backends.unwrap_or_default();
    let instance = wgpu::Instance::new(descriptor);
    let request = instance.request_adapter(&wgpu::RequestAdapterOptions::default());
    match bevy::tasks::block_on(request) {
        Ok(_) => Ok(()),
        Err(reason) => {
            bevy::log::debug!("{reason}");
            Err(NoAdapter)
        }
    }
}

/// Does nothing in the browser: the page checks for WebGL 2 before it loads the program.
///
/// # Errors
/// None.
#[cfg(target_arch = "wasm32")]
pub(super) fn check() -> Result<(), NoAdapter> {
    Ok(())
}
