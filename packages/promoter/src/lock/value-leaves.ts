import { formatImageText, parseImageText } from '@release-capsule/schema';
import { isMap, isScalar, type Node, parseDocument, type YAMLMap } from 'yaml';

/** A text in the values of a chart. */
export interface ValueLeaf {
  /** Keys, joined with dots. */
  readonly path: string;
  readonly key: string;
  /** Path of the mapping that holds it. */
  readonly parent: string;
  readonly text: string;
}

const plainKey = /^[A-Za-z0-9_-]+$/; // Helm and Kargo split a path at its dots
const maxDepth = 32;
const maxBytes = 512 * 1024; // the largest values file known has half of it

/** Lists the texts in values files, those of a later file in the place of an earlier one's. None of what is in lists. */
export function valueLeaves(files: readonly Uint8Array[]): readonly ValueLeaf[] {
  const leaves = new Map<string, ValueLeaf>();
  for (const file of files) {
    if (file.byteLength > maxBytes) continue;
    const { contents } = parseDocument(Buffer.from(file).toString('utf8'), { logLevel: 'silent', prettyErrors: false, uniqueKeys: false });
    if (isMap(contents)) collect(contents, [], leaves);
  }
  return [...leaves.values()];
}

function collect(mapping: YAMLMap, keys: readonly string[], leaves: Map<string, ValueLeaf>): void {
  if (keys.length > maxDepth) return;
  for (const { key, value } of mapping.items as readonly { readonly key: Node; readonly value: Node | null }[]) {
    const name = isScalar(key) ? (key.source ?? '') : '';
    if (!plainKey.test(name)) continue;
    const path = [...keys, name];
    if (isMap(value)) collect(value, path, leaves);
    else if (value === null || isScalar(value)) {
      const text = value === null || value.value === null ? '' : (value.source ?? '');
      leaves.set(path.join('.'), { path: path.join('.'), key: name, parent: keys.join('.'), text });
    }
  }
}

const maxLeaves = 24; // each is a run of Helm

/** Picks the texts that may set an image: its name, or a part of it, and what stands beside one and is a version or registry. */
export function leavesNear(leaves: readonly ValueLeaf[], texts: readonly string[]): readonly ValueLeaf[] {
  const parts = new Set(texts.flatMap(partsOf));
  const isPart = ({ text }: ValueLeaf): boolean => text !== '' && parts.has(text);
  const parents = new Set(leaves.filter(isPart).map(({ parent }) => parent));
  const isBeside = ({ parent, key }: ValueLeaf): boolean => parents.has(parent) && roleOf(key) !== undefined;
  return leaves.filter((leaf) => isPart(leaf) || isBeside(leaf)).slice(0, maxLeaves);
}

/** What a text in values seems to be by its key. */
export type LeafRole = 'repository' | 'tag' | 'digest' | 'registry' | 'image';

/** Guesses from a key what part of an image it sets. */
export function roleOf(key: string): LeafRole | undefined {
  if (/digest|sha/i.test(key)) return 'digest';
  if (/tag|version/i.test(key)) return 'tag';
  if (/registry|^host$/i.test(key)) return 'registry';
  if (/repository|repo$|^name$/i.test(key)) return 'repository';
  return /image$/i.test(key) ? 'image' : undefined;
}

function partsOf(text: string): readonly string[] {
  const image = parseImageText(text);
  if (image === undefined) return [];
  const segments = image.name.split('/');
  const heads = segments.map((_, index) => segments.slice(0, index + 1).join('/'));
  const tails = segments.map((_, index) => segments.slice(index).join('/'));
  const { name, tag, digest } = image;
  return [...heads, ...tails, text, formatImageText({ name, tag }), ...[tag, digest].filter((part) => part !== undefined)];
}
