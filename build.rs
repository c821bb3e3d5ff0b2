//! The program's fingerprint: a digest of all that decides what it writes, so that what another program remembers excuses
//! nothing. Made here, since to read and digest its own file would be a third of the start-up of a program that has little to
//! do; and so that the same program installed twice has one fingerprint.
#![allow(clippy::disallowed_methods, reason = "a build script reads the sources")]

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The code, what is embedded, and which dependencies there are, with their checksums.
const INPUTS: [&str; 4] = ["Cargo.lock", "Cargo.toml", "src", "themes/default"];

fn main() {
    let mut files = BTreeSet::new();
    for input in INPUTS {
        println!("cargo::rerun-if-changed={input}");
        gather(Path::new(input), &mut files);
    }
    // Two digests of 64 bits, told apart by what they begin with.
    let digits = [1_u8, 2].map(|which| {
        let mut hasher = DefaultHasher::new();
        which.hash(&mut hasher);
        for name in ["TARGET", "PROFILE", "OPT_LEVEL"] {
            env::var(name).unwrap_or_default().hash(&mut hasher);
        }
        compiler().hash(&mut hasher);
        for file in &files {
            file.hash(&mut hasher);
            fs::read(file).unwrap_or_default().hash(&mut hasher);
        }
        format!("{:016x}", hasher.finish())
    });
    println!("cargo::rustc-env=IORT_SITE_FINGERPRINT={}", digits.concat());
}

fn gather(path: &Path, files: &mut BTreeSet<PathBuf>) {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| gather(&entry.path(), files)),
        Err(_) => _ = files.insert(path.to_owned()),
    }
}

fn compiler() -> String {
    let version = Command::new(env::var("RUSTC").unwrap_or_default()).arg("-vV").output();
    version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}
