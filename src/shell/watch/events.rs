//! File events, taken as hints that it is time to look.
//!
//! No event is believed. Editors save by temporary file and rename, a folder that is moved in brings no events for its
//! files, queues overflow, and a network drive tells nothing of other machines; but each look lists and weighs the whole site
//! (see `read::reader`), so an event has only to arrive at all, and a lost one costs nothing when another comes. That is also
//! why an overflow asks for a look and not for reading every file again: reading is itself what fills the queue, since Linux
//! tells of each file that is opened, and the one would call for the other without end.
//!
//! It uses notify without its debouncer. The debouncer waits a fixed time, is woken by a tick, and does what is not needed
//! here (it pairs the halves of a rename, and keeps a file id for each path); `quiet` waits as long as the events ask for.
//!
//! Polling is the reader's own look at regular times and not notify's `PollWatcher`, which compares whole seconds, and so
//! misses the second of two quick saves. It is for drives that send no events, and it is fallen back to when the system
//! grants no more watches.
#![allow(clippy::disallowed_methods, reason = "events come in time, and folders come and go")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RemoveKind};
use notify::{Config, ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::quiet::{Batch, Touch};
use crate::review::record::REVIEWS;
use crate::shell::fault::EnvironmentFault;
use crate::shell::hints::Hints;
use crate::shell::read::name;
use crate::source::snapshot::{CONTENT, DATA, SITE_TOML, STATIC, TEMPLATES, THEMES};

/// The folders of sources. All themes are watched, so that one can be chosen that was not in use.
const FOLDERS: [&str; 6] = [CONTENT, DATA, REVIEWS, STATIC, TEMPLATES, THEMES];

/// Time between two looks when polling.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Where hints come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// From the system's file events.
    Events,
    /// From the clock.
    Polling,
}

/// The sources of a site, watched.
#[derive(Debug)]
pub struct Events {
    root: PathBuf,
    /// `None` when polling.
    watcher: Option<RecommendedWatcher>,
    incoming: Receiver<notify::Result<Event>>,
    /// Whether a source was touched since the round began.
    stirred: Arc<AtomicBool>,
    /// Source folders that are watched; one that is not there yet is not among them.
    armed: BTreeSet<PathBuf>,
    /// Where links of the sources have led at any time.
    linked: BTreeSet<PathBuf>,
    /// Where they led in the last round.
    linked_now: Vec<PathBuf>,
    handed_on: Option<Instant>,
}

impl Events {
    /// Starts to watch a site's folder, which must be canonical. What changes from now on is told by `wait`.
    pub fn watch(root: &Path, how: How) -> Result<Self, EnvironmentFault> {
        let (sender, incoming) = mpsc::channel();
        let root = root.to_owned();
        let mut events = Self {
            root,
            watcher: None,
            incoming,
            stirred: Arc::default(),
            armed: BTreeSet::new(),
            linked: BTreeSet::new(),
            linked_now: Vec::new(),
            handed_on: None,
        };
        if how == How::Events {
            events.start(sender).map_err(|error| fault(&events.root, &error))?;
        }
        Ok(events)
    }

    /// Waits until something has changed and quiet has come, or until it is time to look when polling; `None` if nothing
    /// began for as long as this.
    pub fn wait_at_most(&mut self, limit: Duration) -> Option<Hints> {
        let hints = if self.watcher.is_some() {
            self.wait_for_quiet(Instant::now() + limit)
        } else {
            std::thread::sleep(POLL_INTERVAL);
            Some(Hints::default())
        };
        if hints.is_some() {
            self.handed_on = Some(Instant::now());
        }
        hints
    }

    /// A round begins: what is touched from now on, and maybe not seen by it, sets the flag. It is known at once and without
    /// a wait, so that the round can be given up.
    pub fn begin(&self) -> Arc<AtomicBool> {
        self.stirred.store(false, Ordering::Relaxed);
        Arc::clone(&self.stirred)
    }

    /// Watches the places too to which links of the sources lead; a link is not followed by itself, since it may lead to the
    /// root of the disk. Says whether there was a new one, which may have changed before it was watched.
    pub fn also(&mut self, linked: &[PathBuf]) -> bool {
        let mut is_new = false;
        // A target that was away for a round, and with it its watch, counts as new.
        let before = std::mem::replace(&mut self.linked_now, linked.to_vec());
        for target in linked.iter().filter(|target| !before.contains(target)) {
            self.linked.insert(target.clone());
            if !self.armed.iter().any(|folder| target.starts_with(folder)) {
                let (path, mode) = match target.parent() {
                    Some(parent) if target.is_file() => (parent, RecursiveMode::NonRecursive),
                    _ => (target.as_path(), RecursiveMode::Recursive),
                };
                // The root is watched already, and to watch it anew would take the place of that.
                is_new |= path != self.root && self.add(path, mode);
            }
        }
        is_new
    }

    fn start(&mut self, sender: Sender<notify::Result<Event>>) -> notify::Result<()> {
        let (root, stirred) = (self.root.clone(), Arc::clone(&self.stirred));
        let handler = move |event: notify::Result<Event>| {
            if event.as_ref().map_or(true, is_of_interest) {
                if event.as_ref().is_ok_and(|event| event.paths.iter().any(|path| is_source(&root, path))) {
                    stirred.store(true, Ordering::Relaxed);
                }
                // Nobody listens any more only when the program ends.
                let _ = sender.send(event);
            }
        };
        let mut watcher = RecommendedWatcher::new(handler, Config::default().with_follow_symlinks(false))?;
        watcher.watch(&self.root, RecursiveMode::NonRecursive)?;
        for folder in FOLDERS.map(|name| self.root.join(name)) {
            if folder.is_dir() {
                watcher.watch(&folder, RecursiveMode::Recursive)?;
                self.armed.insert(folder);
            }
        }
        self.watcher = Some(watcher);
        Ok(())
    }

    /// Waits for a first event, at most until `limit`, and from then on for quiet.
    fn wait_for_quiet(&mut self, limit: Instant) -> Option<Hints> {
        let mut batch: Option<Batch> = None;
        loop {
            let due = batch.as_ref().map_or(limit, Batch::due);
            let incoming = match due.checked_duration_since(Instant::now()) {
                Some(left) => self.incoming.recv_timeout(left),
                None => Err(RecvTimeoutError::Timeout),
            };
            match incoming {
                Ok(incoming) => self.note(incoming, &mut batch),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    self.watcher = None;
                    break;
                }
            }
        }
        let paths = batch.map(Batch::into_paths);
        // Watches first, then the look: what comes after the look is then an event.
        self.arm(paths.as_ref().unwrap_or(&BTreeSet::new()));
        paths.map(|paths| Hints { paths, rescan: false })
    }

    /// Adds an event to the batch, and starts one if it is the first of interest.
    fn note(&mut self, incoming: notify::Result<Event>, batch: &mut Option<Batch>) {
        let touches: Vec<Touch> = match incoming {
            Ok(event) if event.need_rescan() => vec![Touch::Unknown],
            Ok(event) => touches(&event)
                .filter(|touch| {
                    touch.path().is_some_and(|path| self.linked.contains(path) || is_source(&self.root, path))
                })
                .collect(),
            Err(error) => {
                self.give_up_on_limit(&error);
                vec![Touch::Unknown]
            }
        };
        if !touches.is_empty() {
            let now = Instant::now();
            let batch = batch.get_or_insert_with(|| Batch::new(now, self.handed_on));
            for touch in touches {
                batch.note(now, touch);
            }
        }
    }

    /// Watches source folders that have come, or come anew, since the last time.
    fn arm(&mut self, touched: &BTreeSet<PathBuf>) {
        for folder in FOLDERS.map(|name| self.root.join(name)) {
            if touched.contains(&folder) && self.armed.remove(&folder) {
                // The folder of this name may be another one by now; the old watch has gone with the old one, or goes here.
                let _ = self.watcher.as_mut().map(|watcher| watcher.unwatch(&folder));
            }
            if !self.armed.contains(&folder) && folder.is_dir() && self.add(&folder, RecursiveMode::Recursive) {
                self.armed.insert(folder);
            }
        }
    }

    fn add(&mut self, path: &Path, mode: RecursiveMode) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        match watcher.watch(path, mode) {
            Ok(()) => true,
            Err(error) => {
                // It is gone again, which its removal tells, or the system grants no more.
                self.give_up_on_limit(&error);
                false
            }
        }
    }

    /// Goes over to polling when the system grants no more watches, since some folders would go unwatched in silence.
    fn give_up_on_limit(&mut self, error: &notify::Error) {
        if matches!(error.kind, ErrorKind::MaxFilesWatch) {
            self.watcher = None;
        }
    }
}

/// Whether a path is a source. Below the folders that are watched everything is, but for what the reader passes over; beside
/// them, in the root, only they and the configuration are.
fn is_source(root: &Path, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(root) else { return false };
    let names: Vec<_> = inside.iter().map(|name| name.to_string_lossy()).collect();
    match names.as_slice() {
        [] => false,
        [name] => name == SITE_TOML || FOLDERS.contains(&&**name),
        names => !names.iter().any(|name| name::is_left_out(name)),
    }
}

fn fault(root: &Path, error: &notify::Error) -> EnvironmentFault {
    let fault = EnvironmentFault::new(format!("cannot watch `{}`: {error}", root.display()));
    let fault = if matches!(error.kind, ErrorKind::MaxFilesWatch) {
        fault.help("raise the system's limit: `sudo sysctl fs.inotify.max_user_watches=524288`")
    } else {
        fault
    };
    fault.help("look at regular times in place of events with `--poll`")
}

/// Whether an event can speak of a change. That a file was opened or read never does, and our own reading is most of it.
fn is_of_interest(event: &Event) -> bool {
    !matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}

fn touches(event: &Event) -> impl Iterator<Item = Touch> {
    let kind = event.kind;
    event.paths.iter().cloned().map(move |path| match kind {
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => Touch::Folder(path),
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any) => Touch::Open(path),
        EventKind::Access(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => Touch::Settled(path),
        EventKind::Modify(_) | EventKind::Any | EventKind::Other => Touch::Other(path),
    })
}
