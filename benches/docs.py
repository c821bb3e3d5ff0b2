"""Real documentation as a corpus: the PowerShell reference, about 3,000 pages, as each generator reads it.

It is fetched for the run and never committed (its text is CC BY 4.0, https://github.com/MicrosoftDocs/PowerShell-Docs). What only
its own publisher understands is taken out, the same for all: front matter beside title and description, raw HTML, images,
directives. Links between its pages are kept where the page and the heading are there, and lead to its publisher where not.
"""

import html
import json
import re
import subprocess
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

REPOSITORY = "https://github.com/MicrosoftDocs/PowerShell-Docs"
FOLDER = "reference"
# Where a link goes whose target is not among the pages.
ELSEWHERE = "https://learn.microsoft.com/powershell"
REVIEW = "last_reviewed: 2026-01-15\nreviewed_by: reviewer-0\n"

FENCE = re.compile(r"^\s*(?:>\s*)*(```+|~~~+)")
CODE = re.compile(r"(`+)(?:.*?)\1")
LINK = re.compile(r"\]\(\s*<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s+\"[^\"]*\")?\s*\)")
DEFINITION = re.compile(r"^\s{0,3}\[([^\]]+)\]:\s*<?(\S+?)>?(?:\s+[\"'(].*)?$")


def fetch(folder):
    """A checkout of the newest state, without its history."""
    command = ["git", "clone", "--quiet", "--depth", "1", REPOSITORY, str(folder)]
    subprocess.run(command, check=True)
    return folder


def slug(text):
    """A heading's anchor, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def outside_code(line, change):
    """A line with what stands outside of code spans changed."""
    parts, at = [], 0
    for code in CODE.finditer(line):
        parts += [change(line[at:code.start()]), code.group()]
        at = code.end()
    return "".join(parts + [change(line[at:])])


def front_matter(title, description):
    return f"---\ntitle: {title}\ndescription: {description}\n{REVIEW}---\n"


def as_zola_reads(text):
    """A page's keys of its own where Zola takes them, and its links to its own headings with the anchors that Zola gives these."""
    text = text.replace(REVIEW, "extra:\n" + re.sub("^", "  ", REVIEW, flags=re.M).rstrip(" "), 1)
    return re.sub(r"(\]\(|^\[.+\]: )#[\w-]+", lambda link: re.sub("[-_]+", "-", link.group()), text, flags=re.M)


class Docs:
    """The pages of a checkout, by their path below the folder."""

    def __init__(self, checkout):
        root = Path(checkout) / FOLDER
        self.texts = {}
        for path in sorted(root.rglob("*.md")):
            self.texts[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8-sig", errors="replace")
        if len(self.texts) < 1000:
            raise SystemExit(f"{root} holds {len(self.texts)} pages, and real content is to be more than 1,000")
        self.paths = self.name()
        self.converted = {}
        self.anchors = {path: self.headings(text) for path, text in self.texts.items()}

    def name(self):
        """The path of each page here: short words of small letters, no two the same."""
        paths, taken = {}, set()
        for path in self.texts:
            parts = [re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") or "x" for part in path[:-3].split("/")]
            name = "/".join(parts)
            while name in taken:
                name += "-2"
            taken.add(name)
            paths[path] = name + ".md"
        return paths

    def headings(self, text):
        headings = (line for line in self.body(text) if line.startswith(("## ", "### ")))
        return {slug(line.lstrip("#")) for line in headings if re.fullmatch(r"#+ [\w -]*[a-zA-Z][\w -]*", line)}

    @staticmethod
    def body(text):
        """The lines behind the front matter and the first heading."""
        if text.startswith("---"):
            text = text.split("\n---", 1)[-1].split("\n", 1)[-1]
        return re.sub(r"\A\s*# .*\n", "", text).replace("\r", "").split("\n")

    def target(self, page, href):
        """Where a link of a page leads here; nothing where it leads nowhere."""
        if re.match(r"https?://[\w.-]+", href):
            return href if re.fullmatch(r"[\x21-\x7e]+", href) and "\\" not in href else None
        path, _, anchor = href.partition("#")
        at = normpath(str(PurePosixPath(page).parent / path)) if path else page
        if at not in self.paths or anchor and anchor not in self.anchors[at]:
            return None
        to = relpath(self.paths[at], str(PurePosixPath(self.paths[page]).parent)) if path else ""
        return f"{to}#{anchor}" if anchor else to or None

    def convert(self, page):
        lines, fence, used = [], None, set()
        source = self.body(self.texts[page])

        defined = {found.group(1).lower() for found in map(DEFINITION.match, source) if found}

        def link(found):
            return f"]({self.target(page, found.group(1)) or ELSEWHERE})"

        def plain(text):
            text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)
            return re.sub(r"(?<!\])\[([^\[\]]+)\](?![\[(])", bracket, text)

        def bracket(found):
            name = found.group(1)
            is_meant = name.lower() in defined or name.startswith("!") and found.start() < 3
            return found.group() if is_meant else f"\\[{name}\\]"

        for line in source:
            opening = FENCE.match(line)
            if opening and (fence is None or opening.group(1).startswith(fence)):
                fence = opening.group(1) if fence is None else None
            elif fence is None:
                definition = DEFINITION.match(line)
                if definition:
                    name, to = definition.group(1), self.target(page, definition.group(2)) or ELSEWHERE
                    line = f"[{name}]: {to}" if name.lower() not in used else ""
                    used.add(name.lower())
                elif line.lstrip("> ").startswith((":::", "<!--")):
                    line = ""
                else:
                    if line.startswith("#"):
                        line = ("#" if line.startswith("# ") else "") + line.replace("{", "&#123;")
                    line = outside_code(LINK.sub(link, line).replace("![", "["), plain)
            lines.append(line)
        title = re.search(r"^title:\s*(.+)$", self.texts[page], re.M)
        description = re.search(r"^description:\s*(.+)$", self.texts[page], re.M)
        value = lambda found, other: json.dumps(found.group(1).strip().strip("'\"") if found else other)
        name = PurePosixPath(page).stem
        return front_matter(value(title, name), value(description, name)) + "\n".join(lines).rstrip() + "\n"

    def write(self, site, flavor, left_out=()):
        """Writes all pages, and an index in each folder without; pages that are left out keep their title alone."""
        folder, index = Path(site) / "content", "index.md" if flavor == "iort-site" else "_index.md"
        as_read = as_zola_reads if flavor == "zola" else str
        for page, path in self.paths.items():
            at = folder / re.sub(r"(^|/)index\.md$", rf"\1{index}", path)
            at.parent.mkdir(parents=True, exist_ok=True)
            text = self.converted.get(page) or self.convert(page)
            self.converted[page] = text
            at.write_text(as_read("---\n".join(text.split("---\n", 2)[:2]) + "---\n" if path in left_out else text))
        for inner in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
            if not (inner / index).exists():
                (inner / index).write_text(as_read(front_matter(json.dumps(inner.name), json.dumps(inner.name))))
        if flavor == "zola":
            self.write_navigation(Path(site) / "navigation")

    def write_navigation(self, folder):
        """The list of each folder's pages as HTML that is made, as `corpus.rs` has it for Zola."""
        lists = {}
        for page, path in self.paths.items():
            title = json.loads(re.search(r"^title: (.+)$", self.converted[page], re.M).group(1))
            if PurePosixPath(path).name != "index.md":
                lists.setdefault(PurePosixPath(path).parent, []).append((title, path.removesuffix(".md")))
        for section, pages in lists.items():
            at = folder / section / "_index.md.html"
            at.parent.mkdir(parents=True, exist_ok=True)
            items = (f'<li><a href="/{path}/">{html.escape(title)}</a></li>\n' for title, path in sorted(pages))
            at.write_text("".join(items))

    def one(self, left_out):
        """The path of a page in the midst of them."""
        return [path for path in sorted(self.paths.values()) if path not in left_out][len(self.paths) // 2]
