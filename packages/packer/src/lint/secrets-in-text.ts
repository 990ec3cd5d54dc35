import type { FoundSecret } from './found-secret.ts';
import { mayHoldSecret, withoutEscapes } from './may-hold-secret.ts';
import { type ParsedDocument, parseDocuments, splitDocuments } from './parse-documents.ts';
import { secretsInKustomization } from './secrets-in-kustomization.ts';
import { secretsInObject } from './secrets-in-object.ts';
import { isHarmlessValue } from './secret-fields.ts';
import { isHarmlessInTemplate, secretInTemplate } from './secret-in-template.ts';

/** What a text is taken for. */
export interface TextKind {
  /** A kustomization is parsed whatever it holds. */
  readonly isKustomization: boolean;
  /** What is no valid YAML is then read line by line: a template, or a manifest that another parser takes. */
  readonly isManifest: boolean;
}

/** What a text holds. */
export interface TextFindings {
  readonly secrets: readonly FoundSecret[];
  /** Paths of patches that are aimed at Secrets, relative to the text's file. */
  readonly patches: readonly string[];
}

// A line names the kind, however it is quoted, or the next one does.
const kindLines = /kind["']?\s*:(?:\s*|[^\n]{0,80}?[^\w./-])Secret(?:Generator)?(?![\w./-])/;
const maxNesting = 4; // a patch in a transformer in a kustomization is three

/** Finds the Secrets with data in the text of a manifest, a kustomization or a template. */
export function secretsInText(text: string, kind: TextKind, nesting = 0): TextFindings {
  if (!kind.isKustomization && !mayHoldSecret(text)) return { secrets: [], patches: [] };
  const parts = splitDocuments(text)
    .filter((document) => kind.isKustomization || mayHoldSecret(document))
    .map((document) => secretsInDocument(document, kind, nesting));
  return {
    secrets: distinct(parts.flatMap(({ secrets }) => secrets)),
    patches: parts.flatMap(({ patches }) => patches),
  };
}

function secretsInDocument(document: string, kind: TextKind, nesting: number): TextFindings {
  const isTemplate = document.includes('{{');
  const parsed = parseDocuments(document);
  const isYaml = parsed.length > 0 && parsed.every((each) => each.isYaml === 'yes');
  const isRead = ({ isYaml: how }: ParsedDocument): boolean =>
    how === 'yes' || (!isTemplate && (kind.isManifest || how === 'nearly'));
  const trusted = parsed.filter(isRead);
  const isHarmless = isTemplate ? isHarmlessInTemplate : isHarmlessValue;
  const secrets = trusted.flatMap(({ value }) => secretsInObject(value, isHarmless));
  // Lines tell where the parser does not: also of a document beyond its bounds, whatever the file is called.
  const lines = (kind.isManifest || parsed.length === 0) && (isTemplate || !isYaml) ? withoutEscapes(document) : '';
  if (kindLines.test(lines)) secrets.push(...secretInTemplate(lines));
  const configs = trusted.flatMap(({ value }) => secretsInKustomization(value, kind.isKustomization) ?? []);
  const inline = nesting < maxNesting ? configs.flatMap((config) => config.inline) : [];
  const nested = inline.map((text) => secretsInText(text, { isKustomization: false, isManifest: true }, nesting + 1));
  return {
    secrets: [...secrets, ...configs.flatMap(({ found }) => found), ...nested.flatMap((each) => each.secrets)],
    patches: [...configs.flatMap(({ patches }) => patches), ...nested.flatMap(({ patches }) => patches)],
  };
}

// Two ways of looking may find one Secret.
function distinct(found: readonly FoundSecret[]): readonly FoundSecret[] {
  return [...new Map(found.map((secret) => [JSON.stringify(secret), secret])).values()];
}
