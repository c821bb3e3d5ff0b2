//! A site, read and planned, for a command that looks at its reviews.

use std::path::PathBuf;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::engine::memo::Memo;
use crate::engine::plan::{self, Plan};
use crate::engine::survey::Surveyed;
use crate::shell::arguments::SiteArguments;
use crate::shell::fault::EnvironmentFault;
use crate::shell::read::reader::Reader;
use crate::shell::report::located::Texts;
use crate::shell::run;
use crate::source::snapshot::{CONTENT, SourceFile, Sources};

/// A site as a command of `review` finds it. Drafts are part of it, since they can be reviewed before they are published.
pub struct Opened {
    /// The site's folder.
    pub root: PathBuf,
    /// The same, as the command line names it.
    pub named: PathBuf,
    /// All its files, the pages' texts too.
    pub sources: Sources,
    /// What a build would do.
    pub plan: Plan,
}

impl Opened {
    /// Reads and plans the site.
    pub fn open(site: &SiteArguments) -> Result<Self, EnvironmentFault> {
        Self::planned(site, false)
    }

    /// Reads and plans the site with the words that every page has now, those that are not published among them: so what is
    /// said of a page is said of what a reviewer is shown.
    pub fn with_drafts(site: &SiteArguments) -> Result<Self, EnvironmentFault> {
        Self::planned(site, true)
    }

    fn planned(site: &SiteArguments, drafts: bool) -> Result<Self, EnvironmentFault> {
        run::threads(site)?;
        let mut reader = Reader::open(&site.root)?;
        let sources = reader.read(&run::options(site, drafts, drafts)).sources;
        // A second owner keeps the texts of the pages where they are.
        let texts = sources.clone().take_pages(None);
        let (plan, _) = plan::plan(&sources, texts, Memo::default(), &mut |_| {});
        Ok(Self { root: reader.root().to_owned(), named: site.root.clone(), sources, plan })
    }

    /// What a build would say, but for what rendering finds.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.plan.diagnostics
    }

    /// A page with where it stands.
    pub fn page(&self, path: &SourcePath) -> Result<Surveyed<'_>, EnvironmentFault> {
        self.plan.surveyed_page(path).ok_or_else(|| {
            let fault = EnvironmentFault::new(format!("there is no page `{path}`"));
            let pages = self.sources.below(CONTENT).map(|(path, _)| path.as_str());
            match crate::base::suggest::nearest(path.as_str(), pages) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help("name a page from the content folder, such as `treatment/after.md`"),
            }
        })
    }
}

impl Texts for Opened {
    fn text(&self, path: &SourcePath) -> Option<Arc<str>> {
        match self.sources.files.get(path)? {
            SourceFile::Text(text) => Some(Arc::clone(&text.text)),
            SourceFile::Page(_) | SourceFile::Binary(_) => None,
        }
    }

    fn key(&self, _: &SourcePath, _: &str) -> Option<Span> {
        None
    }
}
