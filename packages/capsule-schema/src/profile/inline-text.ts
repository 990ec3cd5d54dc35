import { type Document, isMap, isScalar, isSeq, visit } from 'yaml';

const beginning = /^([A-Za-z]+):[ \n]/;
const schemes: ReadonlySet<string> = new Set(['http', 'https', 'ssh', 'file', 'git']);
const plainName = /^[a-z][a-z0-9.-]*$/;
const wordOfYaml = /^(?:y|n|yes|no|on|off|true|false|null)$/;

/**
 * Tells why a text that kustomize may take for YAML or for a path is dangerous as a path; undefined if it is harmless.
 * A dangerous one begins with one of the schemes, or climbs.
 * Source: docs/format.md, "Texts that may be a path or YAML"; kustomize v5, api/internal/target/kusttarget.go.
 */
export function pathReadingDefect(text: string): string | undefined {
  const word = beginning.exec(text)?.[1];
  if (word === undefined || schemes.has(word.toLowerCase()))
    return 'it should begin with a field and a colon, such as "apiVersion: builtin"';
  if (!text.includes('\n')) return 'it should have one field a line';
  return text.split('/').includes('..') ? 'it has ".." between slashes, which a reader of paths would follow' : undefined;
}

/**
 * Tells why some reader may not take the parsed documents of such a text for objects; undefined if every reader does:
 * they are block mappings with apiVersion, kind and a plain name, without anchors and aliases.
 */
export function yamlReadingDefect(documents: readonly Document[]): string | undefined {
  for (const document of documents) {
    const { contents } = document;
    if (!isMap(contents) || contents.flow === true) return 'it should be a mapping with one field a line';
    if (hasAnchor(document)) return 'it has an anchor or an alias: write it out';
    if (!isText(contents.get('apiVersion')) || !isText(contents.get('kind'))) return 'it should have an apiVersion and a kind';
    const name = contents.getIn(['metadata', 'name']);
    if (typeof name !== 'string' || !plainName.test(name) || wordOfYaml.test(name)) {
      return 'its metadata.name should begin with a letter, and be of a-z 0-9 . -';
    }
  }
  return undefined;
}

/** Tells why the documents are not what kustomize takes for patches, mappings or one list of operations; undefined if they are. */
export function patchDefect(documents: readonly Document[]): string | undefined {
  const [first] = documents;
  const isOperations = documents.length === 1 && isSeq(first?.contents) && first.contents.items.every((item) => isMap(item));
  const isObjects = documents.every(({ contents }) => isMap(contents));
  return isOperations || isObjects ? undefined : 'a patch is a mapping, or one list of operations';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function hasAnchor(document: Document): boolean {
  let found = false;
  visit(document.contents, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
    Value: (_key, node) => {
      const has = (isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined;
      if (has) found = true;
      return has ? visit.BREAK : undefined;
    },
  });
  return found;
}
