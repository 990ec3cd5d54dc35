import type { FoundValue, GeneratorFile } from './found-value.ts';
import { isHarmlessValue } from './harmless-value.ts';
import { mayHoldSecret, withoutEscapes } from './may-hold-secret.ts';
import { type ParsedDocument, parseDocuments, splitDocuments } from './parse-documents.ts';
import { secretInTemplate } from './secret-in-template.ts';
import { secretsInKustomization } from './secrets-in-kustomization.ts';
import { secretsInObject } from './secrets-in-object.ts';
import type { ValuePlace } from './secret-context.ts';
import { type ConstantVariables, constantVariables, isHarmlessInTemplate } from './template-value.ts';

/** What a text is taken for. */
export interface TextKind {
  /** A kustomization is parsed whatever it holds. */
  readonly isKustomization: boolean;
  /** What is no valid YAML is then read line by line: a template, or a manifest that another parser takes. */
  readonly isManifest: boolean;
}

/** What a text holds. */
export interface TextFindings {
  readonly values: readonly FoundValue[];
  readonly files: readonly GeneratorFile[];
  /** Paths of patches that are aimed at Secrets, relative to the text's file. */
  readonly patches: readonly string[];
}

// A line names the kind, however it is quoted, or the next one does; or a field that Secrets alone have.
const kindLines =
  /kind["']?\s*:(?:\s*|[^\n]{0,80}?[^\w./-])Secret(?:Generator)?(?![\w./-])|^[ \t-]*["']?stringData["']?[ \t]*:/m;
const maxNesting = 4; // a patch in a transformer in a kustomization is three

/** Finds the values of Secrets in the text of a manifest, a kustomization or a template. */
export function secretsInText(text: string, kind: TextKind, nesting = 0): TextFindings {
  if (!kind.isKustomization && !mayHoldSecret(text)) return { values: [], files: [], patches: [] };
  // A variable counts in the documents below it, too.
  const variables = kind.isManifest ? constantVariables(text) : new Map<string, string>();
  return joined(
    splitDocuments(text)
      .filter((document) => kind.isKustomization || mayHoldSecret(document))
      .map((document) => secretsInDocument(document, { kind, nesting, variables })),
  );
}

interface Reading {
  readonly kind: TextKind;
  readonly nesting: number;
  readonly variables: ConstantVariables;
}

function secretsInDocument(document: string, { kind, nesting, variables }: Reading): TextFindings {
  const isTemplate = document.includes('{{');
  const parsed = parseDocuments(document);
  const isYaml = parsed.length > 0 && parsed.every((each) => each.isYaml === 'yes');
  const isRead = ({ isYaml: how }: ParsedDocument): boolean =>
    how === 'yes' || (!isTemplate && (kind.isManifest || how === 'nearly'));
  const trusted = parsed.filter(isRead);
  const inTemplate = (value: unknown, place: ValuePlace): boolean => isHarmlessInTemplate(value, place, variables);
  const objects = trusted.map(({ value }) => secretsInObject(value, isTemplate ? inTemplate : isHarmlessValue));
  // Lines tell where the parser does not: also of a document beyond its bounds, whatever the file is called.
  const lines = (kind.isManifest || parsed.length === 0) && (isTemplate || !isYaml) ? withoutEscapes(document) : '';
  const byLines = kindLines.test(lines) ? secretInTemplate(lines, variables) : [];
  const configs = trusted.flatMap(({ value }) => secretsInKustomization(value, kind.isKustomization) ?? []);
  const inline = nesting < maxNesting ? configs.flatMap((config) => config.inline) : [];
  const nested = inline.map((text) => secretsInText(text, { isKustomization: false, isManifest: true }, nesting + 1));
  const own = {
    values: bothWays(byLines, objects.flatMap(({ values }) => values)),
    files: objects.flatMap(({ files }) => files),
    patches: configs.flatMap(({ patches }) => patches),
  };
  // A text that is aimed at a Secret is looked at as a patch, and as any other text.
  const aimed = configs.flatMap(({ found }) => found);
  const inner = joined(nested);
  return joined([own, { ...inner, values: bothWays(aimed, inner.values) }]);
}

/** Two ways of looking find one value: each counts as often as the way that finds it more often. */
export function bothWays(one: readonly FoundValue[], other: readonly FoundValue[]): readonly FoundValue[] {
  const left = new Map<string, number>();
  for (const { key } of one) left.set(key, (left.get(key) ?? 0) + 1);
  const more = other.filter(({ key }) => {
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
  return [...one, ...more];
}

function joined(parts: readonly TextFindings[]): TextFindings {
  return {
    values: parts.flatMap(({ values }) => values),
    files: parts.flatMap(({ files }) => files),
    patches: parts.flatMap(({ patches }) => patches),
  };
}
