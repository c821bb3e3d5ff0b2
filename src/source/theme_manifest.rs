//! `theme.toml`: what a theme says of itself.

/// The version of the view that this program gives to templates. It grows when something a template may use is removed or
/// changes its meaning.
pub const VIEW_VERSION: u64 = 1;

/// A theme's manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeManifest {
    /// `name`. Required.
    pub name: String,
    /// `version`. Required.
    pub version: String,
    /// `view.min`: the oldest view version it works with. Required.
    pub view_min: u64,
    /// `view.max`: the newest it is known to work with. Required.
    pub view_max: u64,
}
impl ThemeManifest {
    /// x
    pub fn read(
        _p: &crate::base::path::SourcePath,
        _t: &str,
    ) -> (Option<Self>, Vec<crate::base::diagnostic::Diagnostic>) {
        (None, vec![])
    }
}
