//! Asks for a graphics adapter before Bevy does: Bevy panics when there is none.

/// No adapter answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no graphics adapter: install a Vulkan driver, for example Debian's mesa-vulkan-drivers")]
pub struct NoAdapter;

/// Looks for an adapter among the backends that Bevy will use (`WGPU_BACKEND` narrows them).
///
/// # Errors
///
/// [`NoAdapter`] when there is none.
#[cfg(not(target_arch = "wasm32"))]
pub fn check() -> Result<(), NoAdapter> {
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

/// In the browser the page asks, before it loads this program.
///
/// # Errors
///
/// None.
#[cfg(target_arch = "wasm32")]
pub fn check() -> Result<(), NoAdapter> {
    Ok(())
}
