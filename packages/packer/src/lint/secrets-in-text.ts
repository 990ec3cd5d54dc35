import { parseDocument } from 'yaml';
import type { FoundSecret } from './found-secret.ts';
import { secretsInObject } from './secrets-in-object.ts';
import { secretInTemplate } from './secret-in-template.ts';

const documentMarker = /^---(?:[ \t].*)?\r?$/m;
const secretKind = /kind["']?[ \t]*:[ \t]*["']?Secret(?:Generator)?["']?(?![\w./-])/;
const secretGenerator = /secretGenerator["']?[ \t]*:/i;

const maxParsedCharacters = 4 * 1024 * 1024; // beyond it a document is read line by line, in a tenth of the time
const maxAliasCount = 100;

/** Finds the Secrets with data in the text of a manifest, a kustomization or a template. */
export function secretsInText(text: string): readonly FoundSecret[] {
  return text.split(documentMarker).filter(couldBeSecret).flatMap(secretsInDocument);
}

function couldBeSecret(document: string): boolean {
  return secretKind.test(document) || secretGenerator.test(document);
}

function secretsInDocument(document: string): readonly FoundSecret[] {
  const parsed = document.includes('{{') ? undefined : parse(document);
  return parsed === undefined ? secretInTemplate(document) : secretsInObject(parsed.value, secretsInText);
}

function parse(document: string): { readonly value: unknown } | undefined {
  if (document.length > maxParsedCharacters) return undefined;
  return parseJson(document) ?? parseYaml(document);
}

function parseJson(document: string): { readonly value: unknown } | undefined {
  if (!document.trimStart().startsWith('{')) return undefined;
  try {
    return { value: JSON.parse(document) };
  } catch {
    return undefined; // a flow mapping, or JSON with a comma too many: YAML may take it
  }
}

// As tolerant as what applies the manifest: strictness here would let a Secret through.
function parseYaml(document: string): { readonly value: unknown } | undefined {
  try {
    const parsed = parseDocument(document, { uniqueKeys: false, merge: true, prettyErrors: false, logLevel: 'silent' });
    return parsed.errors.length > 0 ? undefined : { value: parsed.toJS({ maxAliasCount }) };
  } catch {
    return undefined; // nested or aliased beyond bounds; the lines still tell
  }
}
