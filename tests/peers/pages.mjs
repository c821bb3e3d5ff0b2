// The twelve pages of the comparison: pages of the IORT site, in the Markdown of each generator.
//
// All say the same. What a generator has a component for, it gets as that component; what it lacks (a review, sources, a
// definition list) it gets as plain Markdown, as its users would write it. A link to a page that is not among the twelve becomes its text.

import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

export const PAGES = [
  'index', 'about-iort/index', 'about-iort/kinds', 'treatment/index', 'treatment/before', 'treatment/recovery',
  'results/index', 'results/how-well-it-works', 'results/risks', 'help/index', 'help/when-to-call', 'help/glossary',
];

/** A page as it stands in the repository, without links to those that are left out. */
export function original(content, page) {
  return readFileSync(`${content}/${page}.md`, 'utf8').replace(/(?<!!)\[([^\]^]+)\]\(([^)#:]+\.md)(#[^)]*)?\)/g, (whole, text, to) => {
    const target = posix.join(posix.dirname(page), to).replace(/\.md$/, '');
    return PAGES.includes(target) ? whole : text;
  });
}

/** Title, description and the Markdown of a page for a peer. */
export function translated(content, page, peer) {
  const text = original(content, page);
  const [, front, body] = /^---\n([^]*?)\n---\n([^]*)$/.exec(text);
  const key = (name) => new RegExp(`^${name}: "?(.*?)"?$`, 'm').exec(front)?.[1];
  const notes = new Map([...body.matchAll(/^\[\^(\w+)\]: (.*)$/gm)].map(([, name, note]) => [name, note]));
  const blocks = peer.footnotes ? body : body.replace(/^\[\^\w+\]: .*\n/gm, '').replace(/\[\^(\w+)\]/g, (_, name) => ` (${notes.get(name)})`);
  let markdown = directives(blocks, peer);
  if (!peer.alerts) {
    markdown = markdown.replace(/^> \[!(\w+)\]\n((?:>.*\n)+)/gm, (_, kind, quoted) =>
      `${peer.container(kind === 'TIP' ? 'tip' : 'note', kind[0] + kind.slice(1).toLowerCase(), quoted.replace(/^> ?/gm, '').trim())}\n`);
  }
  if (!peer.definitionLists) markdown = markdown.replace(/^(\S.*)\n\n: /gm, '**$1**\n\n');
  else markdown = markdown.replace(/^: /gm, ':   ');
  if (!peer.headingIds) markdown = markdown.replace(/^(#+ .*) \{#[\w-]+\}$/gm, '$1').replace(/\]\(([^)#:]*)#[^)]*\)/g, ']($1)').replace(/\[([^\]]+)\]\(\)/g, '$1');
  if (peer.link) {
    markdown = markdown.replace(/\]\(([^):]+)\.md(#[^)]*)?\)/g, (_, to, anchor = '') =>
      `](${peer.link(posix.join(posix.dirname(page), to))}${anchor})`);
  }
  const sources = [...front.matchAll(/^ {2}- title: "?(.*?)"?$(?:\n {4}(url|doi): "(.*)")?/gm)]
    .map(([, title, kind, to]) => `- ${to ? `[${title}](${kind === 'doi' ? 'https://doi.org/' : ''}${to})` : title}`);
  markdown = `${markdown.trim()}\n\n## Sources\n\n${sources.join('\n')}\n\nDemonstration review: ${key('last_reviewed')}\n`;
  return { title: key('title'), description: key('description'), markdown };
}

/** Directives as the peer's containers, the innermost first. */
function directives(text, peer) {
  const inner = /^(:{3,})([a-z-]+)(?:\{(.*)\})?\n((?:(?!^:::).*\n)*?)^\1$/m;
  for (let match = inner.exec(text); match; match = inner.exec(text)) {
    const [whole, , name, written = '', body] = match;
    const attributes = Object.fromEntries([...written.matchAll(/(\w+)=(?:"([^"]*)"|(\d+))/g)].map(([, key, value, number]) => [key, value ?? number]));
    text = text.replace(whole, () => shown(name, attributes, body.trim(), peer));
  }
  return text;
}

function shown(name, attributes, body, peer) {
  const title = attributes.title;
  switch (name) {
    case 'call': {
      const number = attributes.urgency === 'emergency' ? ['911', '911'] : ['202-555-0100', '+12025550100'];
      return peer.container('danger', title ?? 'Call your care team', `${body}\n\n[Call ${number[0]}](tel:${number[1]})`);
    }
    case 'key-points': return peer.container('tip', title ?? 'Key points', body);
    case 'ask': return peer.container('tip', title ?? 'What to ask', body);
    case 'note': return peer.container('note', title ?? 'Note', body);
    case 'faq': return `### ${attributes.question}\n\n${body}`;
    case 'figure': return `![${attributes.alt}](${attributes.src})\n\n${attributes.caption ?? ''}`;
    case 'how-many': return `**${attributes.count} of ${attributes.of} ${attributes.who}** ${attributes.what ?? ''}\n\n${body}`;
    case 'compare': return `**${attributes.caption}**\n\n${body}`;
    default: return body;
  }
}
