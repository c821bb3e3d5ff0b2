//! Embeds anew what `include_dir!` took in: Cargo sees by itself that a file changed, and not that one was added.

fn main() {
    println!("cargo::rerun-if-changed=themes/default");
    println!("cargo::rerun-if-changed=src/shell/init/starter");
}
