//! Signatures: whose they are, whether they hold, and that `ssh-keygen` thinks so too.

use ed25519_dalek::Signer as _;
use iort_site::base::code::Code;
use iort_site::base::diagnostic::Severity;
use iort_site::base::path::SourcePath;
use iort_site::review::keys::{
    EarlierRecords, Keyring, NAMESPACE, NotAccepted, PublicKey, ReviewerKey, Revocation, Validity, allowed_signers,
    compact,
};
use iort_site::review::signature::{Fault, Signer, SigningFault, SigningKey, missing, verify};
use ssh_key::public::{Ed25519PublicKey, KeyData, SkEd25519};
use ssh_key::{Algorithm, HashAlg, LineEnding, Signature, SshSig};

use crate::review::keygen::Keygen;
use crate::review::{day, read, record};

fn public_key(name: &str) -> PublicKey {
    PublicKey::parse(&read(&format!("keys/{name}.pub"))).unwrap()
}

fn key(name: &str) -> ReviewerKey {
    let (from, until) = (Some(day("2026-01-01")), Some(day("2026-12-31")));
    ReviewerKey { key: public_key(name), from, until, revoked: None, demonstration: false }
}

/// Two reviewers with a key each.
pub(crate) fn keyring() -> Keyring {
    ["a-roe", "j-doe"].map(|id| (id.to_owned(), vec![key(id)])).into()
}

fn text() -> String {
    record("2026-01-05", "j-doe", "---\ntitle: Risks\n---\nThe dose is 20 Gy.\n", None).write()
}

fn signed(name: &str) -> String {
    SigningKey::read(&read(&format!("keys/{name}")), None).unwrap().sign(text().as_bytes()).unwrap()
}

fn signer(date: &str) -> Signer<'static> {
    Signer { reviewer: "j-doe", date: day(date), demonstration: false }
}

fn fault(text: &str, signature: &str, date: &str, keyring: &Keyring) -> Option<Fault> {
    verify(text.as_bytes(), signature, signer(date), keyring).err()
}

#[test]
fn a_signature_of_the_reviewer_holds() {
    assert_eq!(fault(&text(), &signed("j-doe"), "2026-01-05", &keyring()), None);
    assert_eq!(verify(text().as_bytes(), &signed("j-doe"), signer("2026-01-05"), &keyring()), Ok(&key("j-doe")));
}

#[test]
fn a_changed_byte_is_found() {
    let (text, signature, keyring) = (text(), signed("j-doe"), keyring());
    for at in (0..text.len()).step_by(9) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let found = verify(&bytes, &signature, signer("2026-01-05"), &keyring).err();
        assert!(matches!(found, Some(Fault::Altered)), "byte {at}: {found:?}");
    }
    assert_eq!(fault(&format!("{text} "), &signature, "2026-01-05", &keyring), Some(Fault::Altered));
}

#[test]
fn a_change_of_line_endings_is_told_from_a_change_of_words() {
    let keyring = keyring();
    let windows = text().replace('\n', "\r\n");
    assert_eq!(fault(&windows, &signed("j-doe"), "2026-01-05", &keyring), Some(Fault::LineEndings));
    let key = SigningKey::read(&read("keys/j-doe"), None).unwrap();
    let signature = key.sign(windows.as_bytes()).unwrap();
    assert_eq!(fault(&text(), &signature, "2026-01-05", &keyring), Some(Fault::LineEndings));
}

#[test]
fn another_key_is_named() {
    assert_eq!(
        fault(&text(), &signed("a-roe"), "2026-01-05", &keyring()),
        Some(Fault::OtherReviewer("a-roe".to_owned()))
    );
    let only_roe = Keyring::from([("a-roe".to_owned(), vec![key("a-roe")])]);
    let found = fault(&text(), &signed("j-doe"), "2026-01-05", &only_roe);
    assert_eq!(found, Some(Fault::Unknown(public_key("j-doe").fingerprint())));
    assert!(public_key("j-doe").fingerprint().starts_with("SHA256:"));
}

#[test]
fn a_key_is_valid_from_its_first_day_to_its_last() {
    let not_valid = |date: &str| match fault(&text(), &signed("j-doe"), date, &keyring()) {
        Some(Fault::NotValid(validity)) => Some(validity),
        None => None,
        other => panic!("{other:?}"),
    };
    assert_eq!(not_valid("2025-12-31"), Some(Validity::NotYet(day("2026-01-01"))));
    assert_eq!(not_valid("2026-01-01"), None);
    assert_eq!(not_valid("2026-12-31"), None);
    assert_eq!(not_valid("2027-01-01"), Some(Validity::Past(day("2026-12-31"))));
}

/// The keyring with the key revoked on a day.
fn revoked(earlier_records: EarlierRecords) -> Keyring {
    let revocation = Revocation { on: day("2026-03-01"), reason: "It was lost".to_owned(), earlier_records };
    Keyring::from([("j-doe".to_owned(), vec![ReviewerKey { revoked: Some(revocation), ..key("j-doe") }])])
}

#[test]
fn a_revoked_key_says_what_becomes_of_earlier_records() {
    let is_revoked = |date: &str, earlier| {
        matches!(fault(&text(), &signed("j-doe"), date, &revoked(earlier)), Some(Fault::NotValid(Validity::Revoked(_))))
    };
    assert!(!is_revoked("2026-02-28", EarlierRecords::Stand));
    assert!(is_revoked("2026-03-01", EarlierRecords::Stand));
    assert!(is_revoked("2026-02-28", EarlierRecords::Fall));
}

#[test]
fn a_demonstrations_key_counts_only_in_a_demonstration() {
    let keyring = Keyring::from([("j-doe".to_owned(), vec![ReviewerKey { demonstration: true, ..key("j-doe") }])]);
    assert_eq!(fault(&text(), &signed("j-doe"), "2026-01-05", &keyring), Some(Fault::Demonstration));
    let signer = Signer { demonstration: true, ..signer("2026-01-05") };
    assert!(verify(text().as_bytes(), &signed("j-doe"), signer, &keyring).is_ok());
}

#[test]
fn other_algorithms_and_purposes_are_refused_by_name() {
    let keygen = Keygen::new();
    let found = fault(&text(), &keygen.sign("rsa", NAMESPACE, &text()), "2026-01-05", &keyring());
    assert!(matches!(&found, Some(Fault::Algorithm(name)) if name.contains("rsa")), "{found:?}");
    let found = fault(&text(), &keygen.sign("j-doe", "git", &text()), "2026-01-05", &keyring());
    assert_eq!(found, Some(Fault::Namespace("git".to_owned())));
    assert!(matches!(fault(&text(), "nonsense", "2026-01-05", &keyring()), Some(Fault::Form(_))));
    assert!(matches!(PublicKey::parse(&read("keys/rsa.pub")), Err(NotAccepted::Algorithm(name)) if name == "ssh-rsa"));
    assert!(
        matches!(SigningKey::read(&read("keys/rsa"), None), Err(SigningFault::Algorithm(name)) if name.contains("rsa"))
    );
}

#[test]
fn every_fault_has_a_code_and_names_what_it_is() {
    let path = SourcePath::new("reviews/risks/2026-01-05-j-doe.md.sig");
    let validity = Validity::Past(day("2025-12-31"));
    let faults = [
        (Fault::Form("x".to_owned()), Code::SignatureForm, "signature-form", "x"),
        (Fault::Namespace("git".to_owned()), Code::SignatureForm, "signature-form", "git"),
        (Fault::Algorithm("ssh-rsa".to_owned()), Code::SignatureAlgorithm, "signature-algorithm", "ssh-rsa"),
        (Fault::OtherReviewer("a-roe".to_owned()), Code::SignatureKey, "signature-key", "a-roe"),
        (Fault::Unknown("SHA256:x".to_owned()), Code::SignatureKey, "signature-key", "SHA256:x"),
        (Fault::Altered, Code::SignatureInvalid, "signature-invalid", "byte"),
        (Fault::LineEndings, Code::RecordLineEndings, "record-line-endings", "line endings"),
        (Fault::NotValid(validity), Code::KeyNotValid, "key-not-valid", "2025-12-31"),
        (Fault::Demonstration, Code::DemonstrationKey, "demonstration-key", "demonstration"),
    ];
    for (fault, code, name, word) in faults {
        let told = fault.diagnostic(&path, signer("2026-01-05"));
        assert_eq!((told.code, told.code.name(), told.severity), (code, name, Severity::Error));
        assert!(told.message.contains(word), "{}", told.message);
    }
    let told = missing(&SourcePath::new("reviews/risks/2026-01-05-j-doe.md"), signer("2026-01-05"));
    assert_eq!(told.code.name(), "signature-missing");
    assert!(told.help[0].contains("ssh-keygen -Y sign -n iort-site-review"), "{:?}", told.help);
}

#[test]
fn a_protected_key_asks_for_its_passphrase() {
    let pem = read("keys/protected");
    assert_eq!(SigningKey::read(&pem, None).err(), Some(SigningFault::Encrypted));
    assert_eq!(SigningKey::read(&pem, Some("wrong horse")).err(), Some(SigningFault::Passphrase));
    let key = SigningKey::read(&pem, Some("correct horse")).unwrap();
    assert_eq!(key.public_key(), Some(public_key("protected")));
    assert!(matches!(SigningKey::read("nonsense", None), Err(SigningFault::Key(_))));
}

#[test]
fn ssh_keygen_accepts_what_we_sign() {
    let keygen = Keygen::new();
    let (text, signature, keyring) = (text(), signed("j-doe"), keyring());
    let signers = allowed_signers(&keyring);
    let accepts = |reviewer: &str, on: &str| keygen.verify(&signers, reviewer, on, &text, &signature);
    assert!(accepts("j-doe", &compact(day("2026-01-05"))));
    assert!(!accepts("a-roe", "20260105"), "another reviewer's");
    for (on, expected) in [("20251231", false), ("20260101", true), ("20261231", true), ("20270101", false)] {
        assert_eq!(accepts("j-doe", on), expected, "{on}");
        let signer = Signer { date: date_of(on), ..signer("2026-01-05") };
        let ours = verify(text.as_bytes(), &signature, signer, &keyring).is_ok();
        assert_eq!(ours, expected, "{on}: ours");
    }
    assert!(!keygen.verify(&signers, "j-doe", "20260105", &text.replace("20 Gy", "21 Gy"), &signature));
}

fn date_of(compact: &str) -> iort_site::base::date::Date {
    day(&format!("{}-{}-{}", &compact[..4], &compact[4..6], &compact[6..]))
}

#[test]
fn ssh_keygen_agrees_on_revoked_keys() {
    let keygen = Keygen::new();
    let signature = signed("j-doe");
    let stand = allowed_signers(&revoked(EarlierRecords::Stand));
    assert!(keygen.verify(&stand, "j-doe", "20260228", &text(), &signature));
    assert!(!keygen.verify(&stand, "j-doe", "20260301", &text(), &signature));
    assert_eq!(allowed_signers(&revoked(EarlierRecords::Fall)), "");
}

#[test]
fn we_accept_what_ssh_keygen_signs() {
    let signature = Keygen::new().sign("j-doe", NAMESPACE, &text());
    assert_eq!(fault(&text(), &signature, "2026-01-05", &keyring()), None);
    assert_eq!(signature, signed("j-doe"), "Ed25519 has one signature for a text and a key");
}

/// A security key: its private half, and the key as its reviewer has it.
fn security_key() -> (ed25519_dalek::SigningKey, KeyData) {
    let private = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let public = Ed25519PublicKey(private.verifying_key().to_bytes());
    (private, KeyData::SkEd25519(SkEd25519::new(public, "ssh:")))
}

/// What a security key signs (PROTOCOL.u2f): the application, whether it was touched, a counter, and the message.
fn touch(text: &str, hash: HashAlg) -> String {
    use sha2::Digest as _;
    let (private, public) = security_key();
    let message = SshSig::signed_data(NAMESPACE, hash, text.as_bytes()).unwrap();
    let trailer = [1, 0, 0, 0, 42];
    let signed = [&sha2::Sha256::digest("ssh:")[..], &trailer, &sha2::Sha256::digest(message)].concat();
    let signature = [&private.sign(&signed).to_bytes()[..], &trailer].concat();
    let signature = Signature::new(Algorithm::SkEd25519, signature).unwrap();
    SshSig::new(public, NAMESPACE, hash, signature).unwrap().to_pem(LineEnding::LF).unwrap()
}

#[test]
fn a_security_key_signs_too() {
    let line = ssh_key::PublicKey::from(security_key().1).to_openssh().unwrap();
    assert!(line.starts_with("sk-ssh-ed25519@openssh.com "));
    let of = |key| Keyring::from([("j-doe".to_owned(), vec![ReviewerKey { key, ..self::key("j-doe") }])]);
    let keyring = of(PublicKey::parse(&line).unwrap());
    let keygen = Keygen::new();
    for hash in [HashAlg::Sha256, HashAlg::Sha512] {
        let signature = touch(&text(), hash);
        assert_eq!(fault(&text(), &signature, "2026-01-05", &keyring), None);
        assert_eq!(fault(&format!("{} ", text()), &signature, "2026-01-05", &keyring), Some(Fault::Altered));
        assert!(keygen.verify(&allowed_signers(&keyring), "j-doe", "20260105", &text(), &signature));
    }
}
