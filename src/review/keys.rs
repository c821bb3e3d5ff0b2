//! Reviewers' keys: which are accepted, when each is valid, and the file by which `ssh-keygen` knows them.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use ssh_key::HashAlg;
use ssh_key::public::KeyData;

use crate::base::date::{Date, Interval};

/// The purpose that a signature names, so that one made for a login or a commit is none of a review.
pub const NAMESPACE: &str = "iort-site-review";

/// The algorithms that are accepted.
const ACCEPTED: [&str; 2] = ["ssh-ed25519", "sk-ssh-ed25519@openssh.com"];

/// The keys of reviewers by their ids.
pub type Keyring = BTreeMap<String, Vec<ReviewerKey>>;

/// A public key of an algorithm that is accepted: `ssh-ed25519`, or `sk-ssh-ed25519@openssh.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(KeyData);

impl PublicKey {
    /// Reads a key as it stands in a `.pub` file: algorithm, key, and a comment, which is dropped.
    pub fn parse(line: &str) -> Result<Self, NotAccepted> {
        let line = line.trim();
        let algorithm = line.split_whitespace().next().unwrap_or("");
        if !ACCEPTED.contains(&algorithm) && algorithm.contains('-') {
            return Err(NotAccepted::Algorithm(algorithm.to_owned()));
        }
        let key = ssh_key::PublicKey::from_openssh(line).map_err(|error| NotAccepted::Form(error.to_string()))?;
        Self::accept(key.key_data().clone()).map_err(NotAccepted::Algorithm)
    }

    /// Takes a key if its algorithm is accepted; the error is the algorithm's name.
    pub(super) fn accept(data: KeyData) -> Result<Self, String> {
        match data {
            KeyData::Ed25519(_) | KeyData::SkEd25519(_) => Ok(Self(data)),
            other => Err(other.algorithm().to_string()),
        }
    }

    pub(super) fn data(&self) -> &KeyData {
        &self.0
    }

    /// Whether its private half is in a security key, so that only `ssh-keygen` can sign with it.
    pub fn is_in_security_key(&self) -> bool {
        matches!(self.0, KeyData::SkEd25519(_))
    }

    /// The fingerprint, as `ssh-keygen -l` shows it.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A key that was read can be written.
        f.write_str(&ssh_key::PublicKey::from(self.0.clone()).to_openssh().unwrap_or_default())
    }
}

/// Why a key is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAccepted {
    /// It cannot be read.
    Form(String),
    /// Its algorithm is another.
    Algorithm(String),
}

/// A reviewer's key and when it is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewerKey {
    /// The key.
    pub key: PublicKey,
    /// The first day on which it is valid.
    pub from: Option<Date>,
    /// The last day on which it is valid.
    pub until: Option<Date>,
    /// Its revocation.
    pub revoked: Option<Revocation>,
    /// Whether its private half is known to all, for a demonstration.
    pub demonstration: bool,
}

/// A key that is not to be trusted any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The first day on which it is not valid.
    pub on: Date,
    /// Why.
    pub reason: String,
    /// What becomes of the records that were signed with it before that day.
    pub earlier_records: EarlierRecords,
}

/// What becomes of earlier records when a key is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlierRecords {
    /// They stand: the key was lost, or its holder left.
    Stand,
    /// They fall: somebody else may have had the key, and a signature does not prove its own date.
    Fall,
}

/// Whether a key was valid on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Validity {
    /// It was.
    Valid,
    /// It became valid on a later day.
    NotYet(Date),
    /// Its last day was before.
    Past(Date),
    /// It was revoked.
    Revoked(Revocation),
}

impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => f.write_str("it was valid"),
            Self::NotYet(from) => write!(f, "it is valid from {from} on"),
            Self::Past(until) => write!(f, "it was valid until {until}"),
            Self::Revoked(Revocation { on, reason, earlier_records: EarlierRecords::Stand }) => {
                write!(f, "it was revoked on {on} ({reason})")
            }
            Self::Revoked(Revocation { on, reason, earlier_records: EarlierRecords::Fall }) => {
                write!(f, "it was revoked on {on} ({reason}), and no record signed with it stands")
            }
        }
    }
}

impl ReviewerKey {
    /// Whether it is valid for a record of that day.
    pub fn validity(&self, day: Date) -> Validity {
        if let Some(revoked) = &self.revoked
            && (day >= revoked.on || revoked.earlier_records == EarlierRecords::Fall)
        {
            return Validity::Revoked(revoked.clone());
        }
        match (self.from, self.until) {
            (Some(from), _) if day < from => Validity::NotYet(from),
            (_, Some(until)) if day > until => Validity::Past(until),
            _ => Validity::Valid,
        }
    }

    /// The last day on which it is valid, with its revocation counted in; `Err` if it never is.
    fn last_day(&self) -> Result<Option<Date>, ()> {
        let Some(revoked) = &self.revoked else { return Ok(self.until) };
        let before = revoked.on.before(Interval::Days(1)).filter(|_| revoked.earlier_records == EarlierRecords::Stand);
        let before = before.ok_or(())?;
        Ok(Some(self.until.map_or(before, |until| until.min(before))))
    }
}

/// The keys as `ssh-keygen -Y verify -f` reads them (ssh-keygen(1), "ALLOWED SIGNERS"): a line for each, with the days on
/// which it is valid, first to last, and our namespace. A key that was revoked with all its records is left out.
pub fn allowed_signers(keyring: &Keyring) -> String {
    let mut out = String::new();
    for (reviewer, keys) in keyring {
        for key in keys {
            let Ok(last) = key.last_day() else { continue };
            let after = key.from.map_or_else(String::new, |from| format!("valid-after=\"{}\",", compact(from)));
            // `valid-before` is a time, and the last day is to be counted whole.
            let before = last.map_or_else(String::new, |last| format!("valid-before=\"{}235959\",", compact(last)));
            let _ = writeln!(out, "{reviewer} {after}{before}namespaces=\"{NAMESPACE}\" {}", key.key);
        }
    }
    out
}

/// A day as `ssh-keygen` writes it, also for `-Overify-time`.
pub fn compact(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}
