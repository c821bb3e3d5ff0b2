// The generators of the comparison: how each is installed, given the twelve pages, built, and searched.
//
// All have their default theme and their own search. Where a configuration says more than a title and the pages, it is what their
// documentation tells to write for search.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAGES, original, translated } from './pages.mjs';

const own = dirname(fileURLToPath(import.meta.url));
const repository = join(own, '..', '..');
const target = process.env.CARGO_TARGET_DIR ?? join(repository, 'target');
const content = join(repository, 'content');
const program = process.env.IORT_SITE ?? join(target, 'release', 'iort-site');
/** Where the peers are installed and the sites are built. */
export const work = join(target, 'peers');
const MDBOOK = '0.5.4';
const TITLE = 'IORT Patient Guide';

/** The environment as it was given: Lighthouse sets `DEBUG` in its own process, and with that VitePress does not minify. */
const env = { ...process.env };

const run = (command, options, cwd) => execFileSync(command, options, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });

/** Whether that mdBook is there already, for it takes minutes to compile. */
const onPath = (() => {
  try {
    return execFileSync('mdbook', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() === `mdbook v${MDBOOK}`;
  } catch {
    return false;
  }
})();

/** Installs the peers from npm, PyPI and crates.io into the target folder, what is not there yet. */
export function install() {
  const npm = join(work, 'npm');
  mkdirSync(npm, { recursive: true });
  cpSync(join(own, 'package.json'), join(npm, 'package.json'));
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], npm);
  const python = join(work, 'py');
  if (!existsSync(python)) run('python3', ['-m', 'venv', python]);
  run(join(python, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', join(own, 'requirements.txt')]);
  if (!onPath && !existsSync(join(work, 'bin', 'mdbook'))) {
    run('cargo', ['install', '--quiet', '--root', work, '--version', MDBOOK, '--locked', 'mdbook']);
  }
}

const quoted = (lines) => lines.split('\n').map((line) => `> ${line}`.trimEnd()).join('\n');
const title = (page) => translated(content, page, PEERS.mdbook).title;
const sections = () => PAGES.filter((page) => page.endsWith('/index')).map((page) => [page, PAGES.filter((other) => other !== page && dirname(other) === dirname(page))]);
const address = (page) => page.replace(/(^|\/)index$/, '$1').replace(/[^/]$/, '$&/');

function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Writes the pages into a folder, and the drawings beside them. */
function writePages(folder, peer) {
  for (const page of PAGES) write(folder, { [`${page}.md`]: peer.page(translated(content, page, peer)) });
  for (const name of ['about-iort', 'results']) {
    for (const file of readdirSync(join(content, name)).filter((file) => file.endsWith('.svg'))) cpSync(join(content, name, file), join(folder, name, file));
  }
}

const frontMatter = ({ title, description, markdown }) => `---\ntitle: ${JSON.stringify(title)}\ndescription: ${JSON.stringify(description)}\n---\n\n`
  + markdown;
const headed = (page) => frontMatter({ ...page, markdown: `# ${page.title}\n\n${page.description}\n\n${page.markdown}` });

/** This program. It is built a second time for `file://`, by the option that is there for it. */
const ours = {
  name: 'iort-site',
  version: () => execFileSync(program, ['--version'], { encoding: 'utf8' }).trim().split(' ')[1],
  url: address,
  build(folder) {
    for (const page of PAGES) write(folder, { [`content/${page}.md`]: original(content, page) });
    for (const name of ['about-iort', 'results']) {
      for (const file of readdirSync(join(content, name)).filter((file) => file.endsWith('.svg'))) cpSync(join(content, name, file), join(folder, 'content', name, file));
    }
    cpSync(join(repository, 'data'), join(folder, 'data'), { recursive: true });
    const config = readFileSync(join(repository, 'site.toml'), 'utf8')
      .replace(/^editorial_process.*\n/m, '')
      // The pages lost links, so the records of their reviews prove nothing of them here.
      .replace(/^\[review\]\n[^]*?(?=^\[glossary)/m, '[review]\nrequire = "claim"\ninterval = "2 years"\n\n')
      .replace(/^\[\[(header|footer)\]\]\ntitle.*\nto = "(.*)"\n/gm, (link, _, to) => PAGES.some((page) => `/${address(page)}` === to) ? link : '');
    write(folder, { 'site.toml': config });
    const build = (output, more) => run(program, ['build', '--quiet', '--root', folder, '--output', output, '--today', '2026-07-01', ...more]);
    build(join(folder, 'site'), ['--base-url', 'https://example.org/']);
    build(join(folder, 'offline'), ['--offline']);
    return { served: join(folder, 'site'), onDisk: join(folder, 'offline') };
  },
  search: { open: (page) => page.locator('.bar-search').click(), field: '#search-field', results: '.results > li' },
};

export const PEERS = {
  starlight: {
    name: 'Starlight',
    version: () => npmVersion('@astrojs/starlight'),
    footnotes: true,
    link: (page) => `/${address(page.replace(/^\.\//, ''))}`,
    url: address,
    container: (kind, title, body) => `:::${kind === 'danger' ? 'danger' : kind}[${title}]\n${body}\n:::`,
    page: frontMatter,
    build(folder) {
      writePages(join(folder, 'src/content/docs'), this);
      const sidebar = sections().map(([page, below]) => page === 'index' ? undefined
        : { label: title(page), items: [page, ...below].map((slug) => ({ slug: slug.replace(/\/index$/, '') })) });
      write(folder, {
        // Astro bundles what the site itself says it depends on.
        'package.json': '{"type":"module","dependencies":{"astro":"*","@astrojs/starlight":"*"}}',
        'astro.config.mjs': `import { defineConfig, passthroughImageService } from 'astro/config';\nimport starlight from '@astrojs/starlight';\n`
          + `export default defineConfig({ site: 'https://example.org', image: { service: passthroughImageService() }, integrations: [starlight({ title: ${JSON.stringify(TITLE)}, sidebar: ${JSON.stringify(sidebar.filter(Boolean))} })] });\n`,
        'src/content.config.ts': `import { defineCollection } from 'astro:content';\nimport { docsLoader } from '@astrojs/starlight/loaders';\nimport { docsSchema } from '@astrojs/starlight/schema';\n`
          + `export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };\n`,
      });
      run(join(work, 'npm/node_modules/node/bin/node'), [join(work, 'npm/node_modules/astro/bin/astro.mjs'), 'build', '--silent'], folder);
      return { served: join(folder, 'dist'), onDisk: join(folder, 'dist') };
    },
    search: { open: (page) => page.locator('[data-open-modal]').first().click(), field: 'dialog input', results: '.pagefind-ui__result' },
  },
  vitepress: {
    name: 'VitePress',
    version: () => npmVersion('vitepress'),
    headingIds: true,
    alerts: true,
    url: (page) => page === 'index' || page.endsWith('/index') ? address(page) : `${page}.html`,
    container: (kind, title, body) => `::: ${kind === 'note' ? 'info' : kind} ${title}\n${body}\n:::`,
    page: headed,
    build(folder) {
      writePages(folder, this);
      const sidebar = sections().filter(([page]) => page !== 'index').map(([page, below]) =>
        ({ text: title(page), link: `/${address(page)}`, items: below.map((one) => ({ text: title(one), link: `/${one}` })) }));
      write(folder, {
        'package.json': '{"type":"module"}',
        '.vitepress/config.mjs': `export default { title: ${JSON.stringify(TITLE)}, themeConfig: { search: { provider: 'local' }, sidebar: ${JSON.stringify(sidebar)} } };\n`,
      });
      run(join(work, 'npm/node_modules/.bin/vitepress'), ['build', folder], folder);
      return { served: join(folder, '.vitepress/dist'), onDisk: join(folder, '.vitepress/dist') };
    },
    search: { open: (page) => page.locator('.VPNavBarSearch button').first().click(), field: '#localsearch-input', results: '.results > li:has(a)' },
  },
  material: {
    name: 'Material for MkDocs',
    version: () => /mkdocs-material (\S+)/.exec(execFileSync(join(work, 'py/bin/pip'), ['list'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).replace(/ +/g, ' '))[1],
    footnotes: true,
    definitionLists: true,
    headingIds: true,
    url: address,
    container: (kind, title, body) => `!!! ${kind} "${title.replaceAll('"', "'")}"\n\n${body.replace(/^(?=.)/gm, '    ')}`,
    page: headed,
    build(folder) {
      writePages(join(folder, 'docs'), this);
      write(folder, {
        'mkdocs.yml': `site_name: ${TITLE}\nsite_url: https://example.org/\ntheme:\n  name: material\n  font: false\n  palette:\n`
          + `    - { media: "(prefers-color-scheme: light)", scheme: default, toggle: { icon: material/weather-night, name: Dark } }\n`
          + `    - { media: "(prefers-color-scheme: dark)", scheme: slate, toggle: { icon: material/weather-sunny, name: Light } }\n`
          + `markdown_extensions: [admonition, attr_list, def_list, footnotes, tables]\n`,
      });
      run(join(work, 'py/bin/mkdocs'), ['build', '--quiet', '--config-file', join(folder, 'mkdocs.yml'), '--site-dir', join(folder, 'site')], folder);
      return { served: join(folder, 'site'), onDisk: join(folder, 'site') };
    },
    search: { open: (page) => page.locator('label[for=__search]:visible, .md-search__input:visible').first().click(), field: '.md-search__input', results: '.md-search-result__item' },
  },
  mdbook: {
    name: 'mdBook',
    version: () => MDBOOK,
    footnotes: true,
    definitionLists: true,
    headingIds: true,
    alerts: true,
    url: (page) => `${page}.html`,
    container: (kind, title, body) => `> [!${kind === 'danger' ? 'CAUTION' : kind.toUpperCase()}]\n${quoted(`**${title}**\n\n${body}`)}`,
    page: ({ title, description, markdown }) => `# ${title}\n\n${description}\n\n${markdown}`,
    build(folder) {
      writePages(join(folder, 'src'), this);
      const summary = sections().flatMap(([page, below]) => [`- [${title(page)}](${page}.md)`, ...below.map((one) => `${page === 'index' ? '' : '  '}- [${title(one)}](${one}.md)`)]);
      write(folder, { 'book.toml': `[book]\ntitle = "${TITLE}"\n`, 'src/SUMMARY.md': `# Summary\n\n${summary.join('\n')}\n` });
      run(mdbook(), ['build', folder], folder);
      return { served: join(folder, 'book'), onDisk: join(folder, 'book') };
    },
    search: { open: (page) => page.locator('#mdbook-search-toggle, #search-toggle').first().click(), field: '#mdbook-searchbar, #searchbar', results: '#mdbook-searchresults > li, #searchresults > li' },
  },
};

const mdbook = () => onPath ? 'mdbook' : join(work, 'bin', 'mdbook');
const npmVersion = (name) => JSON.parse(readFileSync(join(work, 'npm/node_modules', name, 'package.json'), 'utf8')).version;

/** All of them, this program first. */
export const GENERATORS = { ours, ...PEERS };

/** Builds a generator's site, in a folder of its own: `{ served, onDisk }`, the one for a server and the one for a disk. */
export function build(key) {
  // Below the folder that the peers are installed in, where Node looks for what they import.
  const folder = join(work, 'npm', `site-${key}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return GENERATORS[key].build(folder);
}
