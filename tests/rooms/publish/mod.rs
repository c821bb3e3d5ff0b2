//! Publishing, seen from outside: a list of outputs goes in, an output folder comes out.
//!
//! The site is a fake (paths and bodies), so that what is tested is publishing alone: who owns which file, what is left
//! alone, and what a build that was stopped half way leaves behind. After each sequence the folder must equal what a clean
//! build makes of the same outputs.

mod folders;
mod interrupted;
mod making;
mod ownership;
mod root;
mod site;
