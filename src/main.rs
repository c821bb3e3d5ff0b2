//! `iort-site`: from arguments to an exit status.
//!
//! 0: done, warnings allowed. 1: the content has errors, and nothing was published. 2: usage or environment.

use std::process::ExitCode;

use clap::Parser as _;
use iort_site::shell::arguments::{Arguments, Command};
use iort_site::shell::fault::EnvironmentFault;
use iort_site::shell::{completions, explain, init, live, mv, new, review, run};

/// Texts are read and pages made on all cores. The C library's allocator grows the memory of each thread by a call for every
/// page, which was a fifth of a build.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Build(arguments) => run::build(&arguments),
        Command::Check(arguments) => run::check(&arguments),
        Command::Watch(arguments) => live::watch(&arguments),
        Command::Init(arguments) => done(init::init(&arguments)),
        Command::Mv(arguments) => done(mv::mv(&arguments)),
        Command::Review(arguments) => review::run::review(&arguments),
        Command::New(arguments) => done(new::new(&arguments)),
        Command::Explain(arguments) => done(explain::explain(&arguments)),
        Command::Completions(arguments) => done(completions::completions(&arguments)),
    }
}

fn done(result: Result<(), EnvironmentFault>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fault.report(),
    }
}
