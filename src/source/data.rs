//! To be written.
/// x
pub fn read_data(
    _s: &crate::source::snapshot::Sources,
) -> (serde_json::Map<String, serde_json::Value>, Vec<crate::base::diagnostic::Diagnostic>) {
    unimplemented!()
}
