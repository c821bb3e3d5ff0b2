//! Signatures of records, in OpenSSH's format (PROTOCOL.sshsig), so that `ssh-keygen -Y` can make and check them without us.
//!
//! A signature covers every byte of a record's file, in the namespace `iort-site-review`: one made for another purpose, such
//! as a login or a commit, does not count. It does not prove its own date; what it proves is that the holder of the key saw
//! these bytes, the date in them among the rest. Ed25519 alone is accepted, held in a file or in a security key: one
//! algorithm, without parameters to get wrong.

use std::fmt;

use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, SshSig};

use crate::base::code::Code;
use crate::base::date::Date;
use crate::base::diagnostic::{Diagnostic, Place, Severity};
use crate::base::path::SourcePath;
use crate::review::keys::{Keyring, NAMESPACE, PublicKey, ReviewerKey, Validity};

/// Whose signature is asked for, and when it was made.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The reviewer's id.
    pub reviewer: &'a str,
    /// The day of the review.
    pub date: Date,
    /// Whether the site says that it is a demonstration, and so accepts a demonstration's keys.
    pub demonstration: bool,
}

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be read.
    Form(String),
    /// It was made for another purpose.
    Namespace(String),
    /// Its algorithm is not accepted.
    Algorithm(String),
    /// Its key is another reviewer's.
    OtherReviewer(String),
    /// Its key, here its fingerprint, is nobody's.
    Unknown(String),
    /// The bytes are not those that were signed.
    Altered,
    /// The bytes are those that were signed but for their line endings.
    LineEndings,
    /// Its key was not valid on the day.
    NotValid(Validity),
    /// Its key is a demonstration's.
    Demonstration,
}

/// Verifies the signature of a record; gives the key it was made with.
pub fn verify<'k>(
    record: &[u8],
    signature: &str,
    signer: Signer<'_>,
    keyring: &'k Keyring,
) -> Result<&'k ReviewerKey, Fault> {
    let signature = SshSig::from_pem(signature).map_err(|error| Fault::Form(error.to_string()))?;
    if signature.namespace() != NAMESPACE {
        return Err(Fault::Namespace(signature.namespace().to_owned()));
    }
    let signed_with = PublicKey::accept(signature.public_key().clone()).map_err(Fault::Algorithm)?;
    find(&signed_with, signer.reviewer, keyring)?;
    let holds =
        |bytes: &[u8]| ssh_key::PublicKey::from(signed_with.data().clone()).verify(NAMESPACE, bytes, &signature);
    if holds(record).is_err() {
        let unix = String::from_utf8_lossy(record).replace("\r\n", "\n");
        let is_line_endings = [&unix, &unix.replace('\n', "\r\n")].iter().any(|text| holds(text.as_bytes()).is_ok());
        return Err(if is_line_endings { Fault::LineEndings } else { Fault::Altered });
    }
    permitted(&signed_with, signer, keyring)
}

/// Whether a signature with a key would count: it is one of the reviewer's, and valid on the day.
pub fn permitted<'k>(key: &PublicKey, signer: Signer<'_>, keyring: &'k Keyring) -> Result<&'k ReviewerKey, Fault> {
    let key = find(key, signer.reviewer, keyring)?;
    match key.validity(signer.date) {
        Validity::Valid if key.demonstration && !signer.demonstration => Err(Fault::Demonstration),
        Validity::Valid => Ok(key),
        other => Err(Fault::NotValid(other)),
    }
}

/// The reviewer's own key, if the signature was made with one of them.
fn find<'k>(signed_with: &PublicKey, reviewer: &str, keyring: &'k Keyring) -> Result<&'k ReviewerKey, Fault> {
    let own = keyring.get(reviewer).into_iter().flatten().find(|key| key.key == *signed_with);
    own.ok_or_else(|| {
        let is_theirs = |keys: &[ReviewerKey]| keys.iter().any(|key| key.key == *signed_with);
        match keyring.iter().find(|(_, keys)| is_theirs(keys)) {
            Some((owner, _)) => Fault::OtherReviewer(owner.clone()),
            None => Fault::Unknown(signed_with.fingerprint()),
        }
    })
}

/// The fault of a record without the signature that the site asks for.
pub fn missing(record: &SourcePath, signer: Signer<'_>) -> Diagnostic {
    let message = format!("the record has no signature of `{}`, and `site.toml` asks for one", signer.reviewer);
    Diagnostic::new(Code::SignatureMissing, Place::file(record), message)
        .help(format!("have them sign it: `ssh-keygen -Y sign -n {NAMESPACE} -f KEY {record}`"))
}

impl Fault {
    /// The fault, as it is reported of a signature's file.
    pub fn diagnostic(&self, path: &SourcePath, signer: Signer<'_>) -> Diagnostic {
        let Signer { reviewer, date, .. } = signer;
        let report = |code, message: String, help: &str| Diagnostic::new(code, Place::file(path), message).help(help);
        match self {
            Self::Form(reason) => report(
                Code::SignatureForm,
                format!("the signature cannot be read: {reason}"),
                "it starts with `-----BEGIN SSH SIGNATURE-----`; take the file as `ssh-keygen -Y sign` wrote it",
            ),
            Self::Namespace(other) => report(
                Code::SignatureForm,
                format!("the signature was made for `{other}`, and not for `{NAMESPACE}`"),
                "sign the record again with `ssh-keygen -Y sign -n iort-site-review`",
            ),
            Self::Algorithm(name) => report(
                Code::SignatureAlgorithm,
                format!("the signature was made with a key of `{name}`, which is not accepted"),
                "sign with a key of `ssh-ed25519`, or of `sk-ssh-ed25519@openssh.com` for a security key",
            ),
            Self::OtherReviewer(owner) => report(
                Code::SignatureKey,
                format!("the record is by `{reviewer}`, and was signed with a key of `{owner}`"),
                "the person who reviewed signs; file the review under the name of whoever did it",
            ),
            Self::Unknown(fingerprint) => report(
                Code::SignatureKey,
                format!("the record was signed with a key that is not in `data/reviewers.toml`: {fingerprint}"),
                "if it is the reviewer's, add it as a `[[reviewer.key]]` after asking them in person",
            ),
            Self::Altered => report(
                Code::SignatureInvalid,
                format!("the record is not what `{reviewer}` signed: a byte of it was changed"),
                "take the record out of version control again, as it was when it was signed",
            ),
            Self::LineEndings => report(
                Code::RecordLineEndings,
                format!("the record is what `{reviewer}` signed, but for its line endings, which were changed"),
                "take it out of version control again, and write `/reviews/** -text` into `.gitattributes`",
            ),
            Self::NotValid(validity) => report(
                Code::KeyNotValid,
                format!("the key of `{reviewer}` was not valid on {date}: {validity}"),
                "sign with the key that is valid on that day; see `[[reviewer.key]]` in `data/reviewers.toml`",
            ),
            Self::Demonstration => {
                let fault = report(
                    Code::DemonstrationKey,
                    format!("the record of `{reviewer}` is signed with a demonstration's key, which proves nothing"),
                    "have the page reviewed by a person; a site that says `demonstration = true` accepts such keys",
                );
                Diagnostic { severity: Severity::Error, ..fault }
            }
        }
    }
}

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SigningFault {
    /// The key's file cannot be read.
    Key(String),
    /// The key's file is encrypted, and no passphrase was given.
    Encrypted,
    /// The passphrase is not the key's.
    Passphrase,
    /// The key is of an algorithm that is not accepted, or lies where we cannot use it.
    Algorithm(String),
}

impl fmt::Display for SigningFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(reason) => write!(f, "the file is not a private key in OpenSSH's format: {reason}"),
            Self::Encrypted => f.write_str("the key is protected by a passphrase"),
            Self::Passphrase => f.write_str("the passphrase is not the one of this key"),
            Self::Algorithm(name) if name.starts_with("sk-") => {
                write!(f, "the key is in a security key (`{name}`): sign with `ssh-keygen -Y sign -n {NAMESPACE}`")
            }
            Self::Algorithm(name) => write!(f, "a key of `{name}` is not accepted: use one of `ssh-ed25519`"),
        }
    }
}

/// A private key, ready to sign.
pub struct SigningKey(PrivateKey);

impl SigningKey {
    /// Reads a private key in OpenSSH's format.
    pub fn read(pem: &str, passphrase: Option<&str>) -> Result<Self, SigningFault> {
        let key = PrivateKey::from_openssh(pem).map_err(|error| SigningFault::Key(error.to_string()))?;
        if key.algorithm() != Algorithm::Ed25519 {
            return Err(SigningFault::Algorithm(key.algorithm().to_string()));
        }
        if !key.is_encrypted() {
            return Ok(Self(key));
        }
        let passphrase = passphrase.ok_or(SigningFault::Encrypted)?;
        key.decrypt(passphrase).map(Self).map_err(|_| SigningFault::Passphrase)
    }

    /// The public half of a private key, which is to be had without its passphrase, and of a security key's too.
    pub fn public_half(pem: &str) -> Result<PublicKey, SigningFault> {
        let key = PrivateKey::from_openssh(pem).map_err(|error| SigningFault::Key(error.to_string()))?;
        PublicKey::accept(KeyData::from(key.public_key())).map_err(SigningFault::Algorithm)
    }

    /// The public half.
    pub fn public_key(&self) -> Option<PublicKey> {
        PublicKey::accept(KeyData::from(self.0.public_key())).ok()
    }

    /// Signs a record: the text of its `.sig` file.
    pub fn sign(&self, record: &[u8]) -> Result<String, SigningFault> {
        let signed = self.0.sign(NAMESPACE, HashAlg::Sha512, record).and_then(|sig| sig.to_pem(LineEnding::LF));
        signed.map(|pem| format!("{}\n", pem.trim_end())).map_err(|error| SigningFault::Key(error.to_string()))
    }
}
