//! `iort-site review allowed-signers`: the reviewers' keys as `ssh-keygen -Y verify -f` reads them.

use std::process::ExitCode;

use crate::review::keys;
use crate::shell::fault::EnvironmentFault;
use crate::shell::report::emit;
use crate::shell::review::look_arguments::AllowedSignersArguments;
use crate::shell::review::open::Opened;
use crate::source::reviewers;

/// Prints the keys. Those of a demonstration are left out where the site does not say that it is one, since it accepts none.
pub fn allowed_signers(arguments: &AllowedSignersArguments) -> Result<ExitCode, EnvironmentFault> {
    let site = Opened::open(&arguments.site)?;
    let mut keyring = reviewers::keyring(site.plan.reviewers());
    if !site.plan.config().is_demonstration() {
        keyring.values_mut().for_each(|keys| keys.retain(|key| !key.demonstration));
    }
    emit::out(&keys::allowed_signers(&keyring))?;
    Ok(ExitCode::SUCCESS)
}
