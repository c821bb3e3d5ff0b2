//! One build, from the disk to the output folder: what `build`, `check` and `watch` all call.
//!
//! A session keeps a reader and a memo, so that a second build in one process reads and parses what changed. A first build
//! is a session that is used once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::diagnostic::{self, Diagnostic, Severity};
use crate::base::digest::Digest;
use crate::base::path::{OutPath, SourcePath};
use crate::base::span::Span;
use crate::engine::memo::Memo;
use crate::engine::plan::{self, Plan};
use crate::engine::prose::{self, Measured};
use crate::shell::fault::EnvironmentFault;
use crate::shell::hints::Hints;
use crate::shell::onlookers::Onlookers;
use crate::shell::publish::excuse::{self, Excused, Glance, Look};
use crate::shell::publish::publisher::{self, Progress, Publish, PublishFault};
use crate::shell::publish::receipt::{Account, Receipt};
use crate::shell::publish::remember;
use crate::shell::read::reader::{self, Reader, Reading};
use crate::shell::read::shelf::OnDisk;
use crate::shell::report::located::Texts;
use crate::shell::timings::Timings;
use crate::source::snapshot::{Options, Shelf, SourceFile, Sources};

/// How often a build starts over when a source changes under it.
const ATTEMPTS: usize = 5;

/// A site, built again and again.
pub struct Session {
    reader: Reader,
    /// What the last build knew; before the first, it is on disk.
    memo: Option<Memo>,
    /// What the last build was to come to, where the reader's last look is what it was made from.
    plan: Option<Plan>,
    /// What was published last, and where.
    published: Option<(PathBuf, Arc<Receipt>)>,
}

/// What is known before a build of what came of the last.
struct Known {
    /// The digest of every input.
    inputs: Digest,
    /// Whether only what was hinted at was looked at.
    partial: bool,
    /// What was seen of the output folder, where the session does not know what it published there itself.
    glance: Option<Glance>,
}

/// One build.
pub struct Request<'a> {
    /// What can change the output.
    pub options: Options,
    /// Where it goes.
    pub output: PathBuf,
    /// Whether nothing is to be published.
    pub check: bool,
    /// Whether files in the way that are not ours are moved aside.
    pub adopt: bool,
    /// Whether plain language is checked as well.
    pub prose: bool,
    /// Whether a warning keeps the site from being published.
    pub deny_warnings: bool,
    /// What may have changed since the last build.
    pub hints: Hints,
    /// Whether someone waits for what the hints tell of: then only that is looked at, where it can be, and the caller asks for
    /// a whole build as soon as there is time (`Outcome::partial`).
    pub quick: bool,
    /// Whether the bytes of every output are read, whatever their stamps say.
    pub verify: bool,
    /// Whether to note why outputs were rendered.
    pub explain: bool,
    /// Told as outputs are made.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Who waits for it.
    pub onlookers: Onlookers<'a>,
}

impl Request<'static> {
    /// A plain build into a folder.
    pub fn new(options: Options, output: PathBuf) -> Self {
        Self {
            options,
            output,
            check: false,
            adopt: false,
            prose: false,
            deny_warnings: false,
            hints: Hints::default(),
            quick: false,
            verify: false,
            explain: false,
            progress: &|_| {},
            onlookers: Onlookers::none(),
        }
    }
}

/// What came of a build.
#[derive(Debug)]
pub struct Outcome {
    /// The site's folder.
    pub root: PathBuf,
    /// What it was made from.
    pub sources: Sources,
    /// What was found, in the order in which it is reported.
    pub diagnostics: Vec<Diagnostic>,
    /// The measures of each page, if plain language was checked.
    pub prose: Vec<Measured>,
    /// Whether any source differs from the last build's.
    pub changed: bool,
    /// Where symbolic links of the sources lead.
    pub linked: Vec<PathBuf>,
    /// The path under which the site is served, starting and ending with a slash.
    pub base_path: String,
    /// Pages of the site.
    pub pages: usize,
    /// Pages that were parsed, and not remembered.
    pub parsed: usize,
    /// Outputs that were rendered, and not excused.
    pub rendered: usize,
    /// Files written.
    pub written: usize,
    /// Files that were right as they stood.
    pub unchanged: usize,
    /// Files removed.
    pub removed: usize,
    /// Whether the output folder is now what the sources ask for.
    pub published: bool,
    /// Whether files that are not ours stand in the way.
    pub foreign: bool,
    /// Whether only what was hinted at was looked at.
    pub partial: bool,
    /// Whether it was given up for a newer change, with nothing published; then what it says is not all.
    pub cancelled: bool,
    /// Why outputs were rendered, if that was asked for.
    pub rebuilt: Vec<(OutPath, Vec<&'static str>)>,
    /// When each phase began and ended.
    pub timings: Timings,
}

impl Outcome {
    /// The status that a command ends with.
    pub fn exit(&self) -> i32 {
        match (self.foreign, self.diagnostics.iter().any(Diagnostic::is_error)) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        }
    }
}

/// Places are found in the texts that were read; the plan has named the keys' places already.
impl Texts for Outcome {
    fn text(&self, path: &SourcePath) -> Option<Arc<str>> {
        match self.sources.files.get(path)? {
            SourceFile::Text(text) => Some(Arc::clone(&text.text)),
            // Let go of when it was parsed. One that has changed since has other lines.
            SourceFile::Page(digest) => {
                reader::text_again(&self.root, path).filter(|text| text.digest == *digest).map(|text| text.text)
            }
            SourceFile::Binary(_) => None,
        }
    }

    fn key(&self, _: &SourcePath, _: &str) -> Option<Span> {
        None
    }
}

impl Session {
    /// A session on the site in a folder.
    pub fn open(root: &Path) -> Result<Self, EnvironmentFault> {
        Ok(Self { reader: Reader::open(root)?, memo: None, plan: None, published: None })
    }

    /// A session for one build, after which the process ends: nothing is kept in memory for another.
    pub fn once(root: &Path) -> Result<Self, EnvironmentFault> {
        Ok(Self { reader: Reader::open(root)?.once(), memo: None, plan: None, published: None })
    }

    /// The site's folder, canonical.
    pub fn root(&self) -> &Path {
        self.reader.root()
    }

    /// Builds. A source that changes while it is copied starts the build over.
    ///
    /// All of it runs on the threads of the pool. Were it led from outside, there would be a thread more than cores, and the system
    /// would put two on one core and leave another idle, for milliseconds at a time.
    pub fn run(&mut self, request: &Request<'_>) -> Result<Outcome, EnvironmentFault> {
        rayon::scope(|_| self.run_in_pool(request))
    }

    fn run_in_pool(&mut self, request: &Request<'_>) -> Result<Outcome, EnvironmentFault> {
        let mut attempt = 1;
        loop {
            match self.attempt(request) {
                Err(PublishFault::SourceChanged(_)) if attempt < ATTEMPTS => attempt += 1,
                Err(fault) => return Err(fault.into()),
                Ok(outcome) => return Ok(outcome),
            }
        }
    }

    fn attempt(&mut self, request: &Request<'_>) -> Result<Outcome, PublishFault> {
        let mut timings = Timings::start();
        timings.begin("read");
        let quick = if request.quick { self.reader.again_at(&request.options, &request.hints) } else { None };
        if let Some(reading) = quick {
            // A first look is not what a receipt can speak of: the rest may have changed unseen.
            let known = Known { inputs: Digest::default(), partial: true, glance: None };
            return self.build(request, reading, known, timings);
        }
        let (reading, inputs, glance) = self.read(request)?;
        timings.begin("excuse");
        // What the session published itself it need not look up, but where the folder may be as it has to be.
        let glance = match glance {
            None if self.last_inputs(request) == Some(inputs) => Some(look(self.reader.root(), request).glance()?),
            glance => glance,
        };
        let glance = match glance {
            Some(glance) if !request.prose => match excuse::excuse(glance, fingerprint(), inputs, request.check)? {
                Ok(excused) => return Ok(self.excused(request, reading, excused, timings)),
                Err(glance) => Some(glance),
            },
            glance => glance,
        };
        self.build(request, reading, Known { inputs, partial: false, glance }, timings)
    }

    /// What the site was made from that this session published last into the folder that is asked for.
    fn last_inputs(&self, request: &Request<'_>) -> Option<Digest> {
        let (_, receipt) = self.published.as_ref().filter(|(output, _)| *output == request.output)?;
        Some(receipt.inputs())
    }

    /// Reads the sources and digests them, and meanwhile looks at what came of them the last time, where that is not known.
    fn read(&mut self, request: &Request<'_>) -> Result<(Reading, Digest, Option<Glance>), EnvironmentFault> {
        if self.last_inputs(request).is_some() {
            self.reader.digest_pages(false);
            let reading = self.reader.again(&request.options, &request.hints);
            let inputs = reading.sources.digest();
            return Ok((reading, inputs, None));
        }
        let root = self.reader.root().to_owned();
        let look = look(&root, request);
        // Every page is looked at where plain language is checked.
        self.reader.digest_pages(!request.prose && look.is_warm());
        let (seen, glance) = rayon::join(|| self.reader.look(&request.hints), || look.glance());
        let glance = glance?;
        let inputs_before = glance.inputs();
        let in_order = || {
            let reading = self.reader.reading(&request.options, seen);
            let inputs = reading.sources.digest();
            // What does not excuse this build may still spare it most.
            let is_wanted = self.memo.is_none() && inputs_before.is_some_and(|before| before != inputs);
            if is_wanted {
                self.memo = Some(self.recall(request)?);
            }
            Ok::<_, EnvironmentFault>((reading, inputs))
        };
        let (read, glance) = rayon::join(in_order, || glance.ahead());
        let (reading, inputs) = read?;
        Ok((reading, inputs, Some(glance)))
    }

    /// What the last build into the folder that is asked for knew.
    fn recall(&self, request: &Request<'_>) -> Result<Memo, EnvironmentFault> {
        remember::load(self.reader.root(), &request.output, fingerprint(), self.reader.is_once())
    }

    fn excused(&mut self, request: &Request<'_>, reading: Reading, excused: Excused, timings: Timings) -> Outcome {
        let Excused { account, found, files, receipt } = excused;
        self.plan = self.plan.take().filter(|_| !reading.changed);
        let mut outcome = self.outcome(request, reading, account, timings);
        outcome.unchanged = files;
        outcome.diagnostics.extend(found);
        diagnostic::sort(&mut outcome.diagnostics);
        outcome.published = !request.check && outcome.exit() == 0;
        self.published = Some((request.output.clone(), Arc::new(receipt)));
        outcome
    }

    fn build(
        &mut self,
        request: &Request<'_>,
        mut reading: Reading,
        Known { inputs, partial, glance }: Known,
        mut timings: Timings,
    ) -> Result<Outcome, PublishFault> {
        let root = self.reader.root().to_owned();
        let fingerprint = fingerprint();
        let is_warm = glance.as_ref().is_some_and(Glance::is_warm);
        timings.begin("remember");
        let mut memo = match self.memo.take() {
            Some(memo) => memo,
            None => self.recall(request)?,
        };
        let disk = Arc::new(OnDisk::new(&root));
        let shelves: Arc<dyn Shelf> = Arc::<OnDisk>::clone(&disk);
        let mut kept = None;
        let last = self.plan.take().filter(|_| partial && !request.prose);
        let (mut plan, mut memo) = if let Some(plan) = edited(last, &reading, &mut memo) {
            (plan, memo)
        } else {
            let texts = reading.sources.take_pages(Some(&shelves));
            kept = request.prose.then(|| texts.clone());
            plan::plan(&reading.sources, texts, memo, &mut |phase| timings.begin(phase))
        };
        if let Some(source) = disk.changed() {
            return Err(PublishFault::SourceChanged(source));
        }
        let account = Account {
            inputs,
            diagnostics: plan.diagnostics.clone(),
            pages: plan.page_count,
            base_path: plan.base_path.clone(),
        };
        let mut outcome = self.outcome(request, reading, account.clone(), Timings::default());
        // Advice of this run alone, so it is not kept for the builds that ask for none.
        let prose = kept.map(|texts| prose::check(&plan, &texts)).unwrap_or_default();
        outcome.diagnostics.extend(denied(request, prose.diagnostics));
        outcome.prose = prose.pages;
        // While it is being published to, nothing is known of the folder but what is on disk.
        let last = self.published.take().filter(|(output, _)| *output == request.output);
        let is_last = self.reader.is_once() && !is_warm;
        let ingredients = if is_last { plan.take_ingredients(&shelves) } else { Vec::new() };
        let is_news = memo.differs && !partial;
        let published = publisher::publish(
            Publish {
                root: &root,
                output: &request.output,
                outputs: &plan,
                ingredients,
                fingerprint,
                account,
                last: last.map(|(_, last)| last),
                glance,
                changed: &|| disk.changed(),
                memo: is_news.then_some(&memo),
                few: partial,
                blocked: !plan.is_whole() || outcome.diagnostics.iter().any(Diagnostic::is_error),
                adopt: request.adopt,
                dry_run: request.check,
                verify: request.verify,
                explain: request.explain,
                progress: request.progress,
                onlookers: request.onlookers,
            },
            &mut |phase| timings.begin(phase),
        )?;
        outcome.parsed = plan.parsed_anew;
        // Of a build that is made once it holds no texts any more, and to let go of the rest takes longer than to end.
        self.plan = Some(if self.reader.is_once() { plan } else { plan.kept(&outcome.sources) });
        memo.differs &= !(is_news && published.published);
        self.memo = Some(memo);
        self.published = published.receipt.map(|receipt| (request.output.clone(), receipt));
        outcome.diagnostics.extend(published.diagnostics);
        diagnostic::sort(&mut outcome.diagnostics);
        outcome.rendered = published.rendered;
        outcome.written = published.written;
        outcome.unchanged = published.unchanged;
        outcome.removed = published.removed;
        outcome.published = published.published;
        outcome.foreign = published.foreign;
        outcome.rebuilt = published.rebuilt;
        outcome.partial = partial;
        outcome.cancelled = published.cancelled;
        timings.end();
        outcome.timings = timings;
        Ok(outcome)
    }

    /// An outcome in which nothing was done yet.
    fn outcome(&self, request: &Request<'_>, reading: Reading, account: Account, mut timings: Timings) -> Outcome {
        let diagnostics = denied(request, account.diagnostics);
        timings.end();
        Outcome {
            root: self.reader.root().to_owned(),
            sources: reading.sources,
            diagnostics,
            prose: Vec::new(),
            changed: reading.changed,
            linked: reading.linked,
            base_path: account.base_path,
            pages: account.pages,
            parsed: 0,
            rendered: 0,
            written: 0,
            unchanged: 0,
            removed: 0,
            published: false,
            foreign: false,
            partial: false,
            cancelled: false,
            rebuilt: Vec::new(),
            timings,
        }
    }
}

/// A look at what came of the last build.
fn look<'a>(root: &'a Path, request: &'a Request<'_>) -> Look<'a> {
    Look { root, output: &request.output, fingerprint: fingerprint(), verify: request.verify }
}

/// The last plan with what was edited since, if that can be had without a look at the rest; else the memo is as it was.
fn edited(last: Option<Plan>, reading: &Reading, memo: &mut Memo) -> Option<Plan> {
    let mut plan = last?;
    plan.edit(&reading.sources, &reading.edited, memo).then_some(plan)
}

/// Warnings as errors, where that is asked for.
fn denied(request: &Request<'_>, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if request.deny_warnings {
        diagnostics.iter_mut().for_each(|fault| fault.severity = Severity::Error);
    }
    diagnostics
}

/// The digest of the program itself (`build.rs`): what another program wrote excuses nothing.
fn fingerprint() -> Digest {
    Digest::of(env!("IORT_SITE_FINGERPRINT").as_bytes())
}
