//! The key of a reviewer: our own hand for a key in a file, `ssh-keygen` for one in an agent or a security key.
//!
//! Whose key it is, and whether it is valid on the day, is asked before a passphrase is; and what was signed is verified before
//! it is written, by the same code that a build verifies it with.
#![allow(clippy::disallowed_methods, reason = "reads the key's file and one variable, and runs `ssh-keygen`")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::base::date::Date;
use crate::base::path::SourcePath;
use crate::review::keys::{NAMESPACE, NotAccepted, PublicKey};
use crate::review::signature::{self, Fault, Signer, SigningFault, SigningKey};
use crate::shell::fault::EnvironmentFault;
use crate::shell::review::ask;
use crate::shell::review::open::Opened;
use crate::source::reviewers::keyring;

/// The variable that holds a passphrase, where nobody can be asked for it.
const PASSPHRASE: &str = "IORT_SITE_KEY_PASSPHRASE";

/// What signs.
pub(super) enum Key {
    /// A private key that was read.
    Own(Box<SigningKey>),
    /// A key that `ssh-keygen` can use.
    Elsewhere(PathBuf),
}

/// Reads a key's file, and asks whether it is the reviewer's and valid on the day.
pub(super) fn open(site: &Opened, file: &Path, reviewer: &str, date: Date) -> Result<Key, EnvironmentFault> {
    let text =
        std::fs::read_to_string(file).map_err(|error| EnvironmentFault::io("read the key", file, &error).help(HELP))?;
    let is_private = text.contains("PRIVATE KEY-----");
    let public = if is_private {
        SigningKey::public_half(&text).map_err(|fault| unusable(file, &fault.to_string()))?
    } else {
        PublicKey::parse(&text).map_err(|fault| match fault {
            NotAccepted::Form(reason) => unusable(file, &format!("it is neither a private nor a public key: {reason}")),
            NotAccepted::Algorithm(name) => unusable(file, &format!("keys of `{name}` are not accepted")),
        })?
    };
    signature::permitted(&public, signer(site, reviewer, date), &keyring(site.plan.reviewers()))
        .map_err(|fault| not_permitted(file, &fault, (reviewer, date)))?;
    if !is_private || public.is_in_security_key() {
        return Ok(Key::Elsewhere(file.to_owned()));
    }
    match SigningKey::read(&text, None) {
        Ok(key) => Ok(Key::Own(Box::new(key))),
        Err(SigningFault::Encrypted) => with_passphrase(file, &text),
        Err(fault) => Err(unusable(file, &fault.to_string())),
    }
}

const HELP: &str = "name a private key, such as `~/.ssh/id_ed25519`, or the `.pub` file of one that an agent holds";

fn unusable(file: &Path, reason: &str) -> EnvironmentFault {
    EnvironmentFault::new(format!("cannot sign with `{}`: {reason}", file.display()))
}

/// Why a signature with a key would not count.
fn not_permitted(file: &Path, fault: &Fault, (reviewer, date): (&str, Date)) -> EnvironmentFault {
    let reason = match fault {
        Fault::OtherReviewer(owner) => format!("it is a key of `{owner}`, and not of `{reviewer}`"),
        Fault::Unknown(fingerprint) => {
            let fault = unusable(file, &format!("`data/reviewers.toml` does not name it ({fingerprint})"));
            return fault
                .help(format!("if it is the key of `{reviewer}`, add its `.pub` line as a `[[reviewer.key]]`"));
        }
        Fault::NotValid(validity) => format!("it does not count on {date}: {validity}"),
        Fault::Demonstration => "it is a demonstration's key, and the site is no demonstration".to_owned(),
        Fault::Algorithm(name) => format!("keys of `{name}` are not accepted"),
        Fault::Form(_) | Fault::Namespace(_) | Fault::Altered | Fault::LineEndings => {
            "its signature would not hold".to_owned()
        }
    };
    unusable(file, &reason).help("sign with a key of the reviewer's that is valid on that day")
}

fn with_passphrase(file: &Path, text: &str) -> Result<Key, EnvironmentFault> {
    let passphrase = match std::env::var(PASSPHRASE) {
        Ok(passphrase) => passphrase,
        Err(_) if ask::is_possible() => ask::secret(&format!("Passphrase of {}: ", file.display()))?,
        Err(_) => {
            return Err(unusable(file, "it is protected by a passphrase, and there is no terminal to ask for it")
                .help(format!("set `{PASSPHRASE}`, or name the `.pub` file of a key that an agent holds")));
        }
    };
    SigningKey::read(text, Some(&passphrase))
        .map(|key| Key::Own(Box::new(key)))
        .map_err(|fault| unusable(file, &fault.to_string()))
}

fn signer<'a>(site: &Opened, reviewer: &'a str, date: Date) -> Signer<'a> {
    Signer { reviewer, date, demonstration: site.plan.config().is_demonstration() }
}

impl Key {
    /// Signs a record, and verifies what came of it.
    pub(super) fn sign(
        &self,
        site: &Opened,
        (reviewer, date): (&str, Date),
        record: &str,
    ) -> Result<String, EnvironmentFault> {
        let signature = match self {
            Self::Own(key) => {
                key.sign(record.as_bytes()).map_err(|fault| EnvironmentFault::new(format!("cannot sign: {fault}")))?
            }
            Self::Elsewhere(file) => by_ssh_keygen(file, record)?,
        };
        verify(site, (reviewer, date), record, &signature)?;
        Ok(signature)
    }
}

/// Verifies a signature as a build will.
pub(super) fn verify(
    site: &Opened,
    (reviewer, date): (&str, Date),
    record: &str,
    signature: &str,
) -> Result<(), EnvironmentFault> {
    let signer = signer(site, reviewer, date);
    match signature::verify(record.as_bytes(), signature, signer, &keyring(site.plan.reviewers())) {
        Ok(_) => Ok(()),
        Err(fault) => {
            let fault = fault.diagnostic(&SourcePath::new(""), signer);
            Err(fault.help.iter().fold(EnvironmentFault::new(fault.message), EnvironmentFault::help))
        }
    }
}

/// Signs the standard input, so that no half-signed file lies about; it asks for a passphrase or a touch by itself.
fn by_ssh_keygen(file: &Path, record: &str) -> Result<String, EnvironmentFault> {
    let missing = |error: &std::io::Error| {
        EnvironmentFault::new(format!("cannot run `ssh-keygen`: {error}")).help("install OpenSSH, which brings it")
    };
    let mut child = Command::new("ssh-keygen")
        .args(["-Y", "sign", "-n", NAMESPACE, "-f"])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| missing(&error))?;
    // If it does not read, its status will say why.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(record.as_bytes()));
    let output = child.wait_with_output().map_err(|error| missing(&error))?;
    if !output.status.success() {
        let fault = unusable(file, "`ssh-keygen` did not sign");
        return Err(fault.help("see what it says above; for a `.pub` file the key must be in the agent (`ssh-add -L`)"));
    }
    String::from_utf8(output.stdout).map_err(|_| unusable(file, "what `ssh-keygen` gave is no text"))
}
