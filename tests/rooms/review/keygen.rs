//! The real `ssh-keygen`, in a folder of its own.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::review::read;

pub(crate) struct Keygen {
    folder: TempDir,
}

impl Keygen {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A copy of a test's private key that nobody else may read, as `ssh-keygen` asks for it.
    pub(crate) fn key(&self, name: &str) -> PathBuf {
        let path = self.write(name, &read(&format!("keys/{name}")));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }

    fn run(arguments: &[&str], input: Option<&str>) -> Output {
        let stdin = input.map_or_else(Stdio::null, |path| std::fs::File::open(path).unwrap().into());
        let output = Command::new("ssh-keygen").args(arguments).stdin(stdin).output();
        output.expect("`tests/run` installs ssh-keygen (Debian: openssh-client)")
    }

    /// Signs a text as a reviewer would.
    pub(crate) fn sign(&self, key: &str, namespace: &str, text: &str) -> String {
        let (key, record) = (self.key(key), self.write("record.md", text));
        let signature = self.folder.path().join("record.md.sig");
        let _ = std::fs::remove_file(&signature);
        let arguments = ["-Y", "sign", "-n", namespace, "-f", key.to_str().unwrap(), record.to_str().unwrap()];
        let output = Self::run(&arguments, None);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read_to_string(signature).unwrap()
    }

    /// Whether it accepts a signature of a reviewer's on a day (`YYYYMMDD`).
    pub(crate) fn verify(&self, signers: &str, reviewer: &str, on: &str, text: &str, signature: &str) -> bool {
        let (signers, record) = (self.write("signers", signers), self.write("record.md", text));
        let signature = self.write("verify.sig", signature);
        let time = format!("-Overify-time={on}");
        let arguments = [
            "-Y",
            "verify",
            "-f",
            signers.to_str().unwrap(),
            "-I",
            reviewer,
            "-n",
            "iort-site-review",
            "-s",
            signature.to_str().unwrap(),
            &time,
        ];
        Self::run(&arguments, record.to_str()).status.success()
    }
}
