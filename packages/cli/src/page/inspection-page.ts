import { count, formatBytes } from '../output/table.ts';
import type { Inspection } from '../inspect/inspect-capsule.ts';
import { attachedTree, claimCards, signerCards } from './attached-parts.ts';
import { fileFolders } from './file-folders.ts';
import { type Child, element, htmlDocument, type Markup, type PartId } from './markup.ts';
import { pageStyle } from './page-style.ts';
import { imageCards, recordCards } from './record-parts.ts';

const unverified =
  'No signature was verified. A name on this page is what a signature claims, and anyone who may push can attach a signature.';

/** A part of the page: its heading, and what it shows. */
interface Part {
  readonly id: PartId;
  readonly heading: string;
  readonly content: readonly Child[];
}

/**
 * Writes what can be seen of a capsule as one page of HTML that loads nothing and runs no script.
 * @param reference the capsule by its digest, where it was read.
 */
export function inspectionPage(reference: string, inspection: Inspection): string {
  const { name } = inspection.release;
  const parts = partsOf(inspection);
  const body = element('main', {}, ...heading(reference, name, parts), ...parts.map(section));
  return htmlDocument(`${name}: what a release capsule holds`, pageStyle, body);
}

function partsOf(inspection: Inspection): readonly Part[] {
  const { files, layer, attached, policies } = inspection;
  const total = formatBytes(files.reduce((sum, { size }) => sum + size, 0));
  const sizes = element('p', {}, `${count(files.length, 'file')}, ${total}; ${formatBytes(layer.size)} compressed`);
  return [
    { id: 'record', heading: 'Record', content: recordCards(inspection) },
    { id: 'images', heading: 'Images', content: imageCards(inspection.release) },
    { id: 'files', heading: 'Files', content: [sizes, ...fileFolders(files)] },
    { id: 'signers', heading: 'Signers', content: signerCards(attached, policies) },
    { id: 'claims', heading: 'Claims', content: claimCards(attached) },
    { id: 'referrers', heading: 'Referrers', content: attachedTree(inspection) },
  ];
}

function heading(reference: string, name: string, parts: readonly Part[]): readonly Markup[] {
  const links = parts.map((part) => element('li', {}, element('a', { href: `#${part.id}` }, part.heading)));
  return [
    element('header', {}, element('h1', {}, name), element('p', { class: 'reference' }, element('code', {}, reference))),
    element(
      'div',
      { class: 'notice', role: 'note' },
      element('p', {}, element('strong', {}, 'This page judges nothing. Only the format of the capsule was checked.')),
      element('p', {}, unverified),
      element('p', {}, 'Whether this release may be deployed is judged by ', element('code', {}, 'capsule verify'), '.'),
    ),
    element('nav', {}, element('ul', {}, ...links)),
  ];
}

function section({ id, heading: title, content }: Part): Markup {
  return element('section', { id }, element('h2', {}, title), ...content);
}
