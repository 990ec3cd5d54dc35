import { createHash } from 'node:crypto';
import { printable } from '../output/printable.ts';

/** The parts of the page that can be jumped to. */
export type PartId = 'record' | 'images' | 'files' | 'signers' | 'claims' | 'referrers';

/**
 * What an element may have besides text. Every value is one of our own words: text from a capsule fits none of these types.
 * There is no `style`, no `src` and no event, and a link leads to a part of the page.
 */
export interface Attributes {
  readonly id?: PartId;
  readonly class?: 'notice' | 'rows' | 'listing' | 'graph' | 'node' | 'kind' | 'size' | 'digest' | 'card' | 'quiet' | 'reference';
  readonly href?: `#${PartId}`;
  readonly open?: '';
  readonly role?: 'note';
}

type ElementName =
  | 'a' | 'code' | 'dd' | 'details' | 'div' | 'dl' | 'dt' | 'h1' | 'h2' | 'h3' | 'header' | 'li' | 'main' | 'nav' | 'p' | 'pre' | 'section'
  | 'span' | 'strong' | 'summary' | 'ul';

/** What stands in an element: markup of ours, or text, which stays text. */
export type Child = Markup | string;

class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

export type { Markup };

/** Makes an element. Each string becomes text, whatever characters it has. */
export function element(name: ElementName, attributes: Attributes, ...children: readonly Child[]): Markup {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`).join('');
  return new Markup(`<${name}${written}>${children.map(inner).join('')}</${name}>`);
}

/** Makes a block of text that keeps its lines. */
export function lines(text: string): Markup {
  return new Markup(`<pre>${text.trim().split('\n').map(inner).join('\n')}</pre>`);
}

/**
 * Makes the whole page. It runs no script and loads nothing: its one style is known to the browser by its hash.
 * Source: Content Security Policy Level 3, section 6.1 (fetch directives) and 6.7.2 (hashes).
 */
export function htmlDocument(title: string, style: string, body: Markup): string {
  const hash = createHash('sha256').update(style).digest('base64');
  const security = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${security}">`,
    '<meta name="referrer" content="no-referrer">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${inner(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    `<body>${body.html}</body>`,
    '</html>',
    '',
  ].join('\n');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function inner(child: Child): string {
  if (child instanceof Markup) return child.html;
  return visible(child).replace(/[&<>"']/g, (found) => entities[found] ?? '');
}

/** Escapes invisible characters, lone surrogates and noncharacters. HTML permits neither of the last two (HTML Standard, 13.2.3.5). */
function visible(text: string): string {
  const characters = text.toWellFormed().replace(/\p{Noncharacter_Code_Point}/gu, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
  return printable(characters, { keepStyle: false });
}
