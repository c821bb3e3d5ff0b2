//! The rooms that touch the world: arguments, the terminal, files, the clock. Nothing below them does.

pub mod arguments;
pub mod clock;
pub mod completions;
pub mod embedded;
pub mod explain;
pub mod fault;
pub mod hints;
pub mod init;
pub mod live;
pub mod mv;
pub mod new;
pub mod onlookers;
pub mod page_name;
pub mod publish;
pub mod read;
pub mod report;
pub mod review;
pub mod run;
pub mod session;
pub mod timings;
pub mod watch;
