import { type DefaultTreeAdapterTypes, parse } from 'parse5';

/** What a browser's parser makes of a page. */
export interface ReadPage {
  readonly title: string;
  /** All text that is shown, each run of blanks as it is written. */
  readonly text: string;
  /** Each piece of text that is shown, in order. */
  readonly pieces: readonly string[];
  /** The text of each block that is to be copied. */
  readonly blocks: readonly string[];
  readonly styles: readonly string[];
  /** The Content-Security-Policy. */
  readonly policy: string;
  readonly links: readonly string[];
  readonly ids: readonly string[];
  readonly summaries: readonly string[];
  /** The elements in order with their attributes: the page without its text. */
  readonly shape: string;
  /** What a page of ours never has, and what its text has that the parser does not take as it stands. */
  readonly problems: readonly string[];
}

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

const permittedElements = new Set(
  'html head meta title style body main header nav section div p ul li dl dt dd h1 h2 h3 a code pre span strong details summary'.split(' '),
);
const permittedAttributes = new Set(['lang', 'charset', 'http-equiv', 'content', 'name', 'id', 'class', 'href', 'open', 'role']);
const unshown = new Set(['style', 'title']);

/** Parses a page as the HTML standard says that browsers do (parse5), and tells what is in it. */
export function readPage(html: string): ReadPage {
  const problems: string[] = [];
  const document = parse(html, { onParseError: ({ code }) => void problems.push(code) });
  const nodes = [...walk(document)];
  const elements = nodes.filter((node): node is Element => 'tagName' in node);
  const named = (name: string): readonly Element[] => elements.filter(({ tagName }) => tagName === name);
  const pieces = nodes.flatMap((node) => (isShown(node) ? [node.value] : []));
  problems.push(...nodes.filter(({ nodeName }) => nodeName === '#comment').map(() => 'comment'), ...elements.flatMap(offences));
  return {
    title: named('title').map(textOf).join('\n'),
    text: pieces.join('\n'),
    pieces,
    blocks: named('pre').map(textOf),
    styles: named('style').map(textOf),
    policy: named('meta').filter(isPolicy).map((meta) => valueOf(meta, 'content')).join('\n'),
    links: named('a').map((link) => valueOf(link, 'href')),
    ids: elements.map((element) => valueOf(element, 'id')).filter((id) => id !== ''),
    summaries: named('summary').map(textOf),
    shape: elements.map(({ tagName, attrs }) => [tagName, ...attrs.map(({ name, value }) => `${name}=${value}`)].join(' ')).join('\n'),
    problems,
  };
}

function* walk(node: Node): Generator<Node> {
  yield node;
  if ('childNodes' in node) for (const child of node.childNodes) yield* walk(child);
}

function isShown(node: Node): node is DefaultTreeAdapterTypes.TextNode {
  return node.nodeName === '#text' && 'parentNode' in node && !unshown.has(node.parentNode?.nodeName ?? '') && 'value' in node;
}

function isPolicy(meta: Element): boolean {
  return valueOf(meta, 'http-equiv') === 'Content-Security-Policy';
}

function offences({ tagName, attrs }: Element): readonly string[] {
  const attributes = attrs.filter(({ name }) => !permittedAttributes.has(name)).map(({ name }) => `${tagName} ${name}`);
  const links = attrs.filter(({ name, value }) => name === 'href' && !/^#[a-z]+$/.test(value)).map(({ value }) => `link to ${value}`);
  return [...(permittedElements.has(tagName) ? [] : [tagName]), ...attributes, ...links];
}

function textOf(element: Element): string {
  return [...walk(element)].map((node) => (node.nodeName === '#text' && 'value' in node ? node.value : '')).join('');
}

function valueOf({ attrs }: Element, name: string): string {
  return attrs.find((attribute) => attribute.name === name)?.value ?? '';
}
