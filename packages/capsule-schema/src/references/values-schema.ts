import { reportUnreadable } from './check-path.ts';
import type { ReferenceScope } from './reference-scope.ts';

const referenceKeywords = ['$ref', '$dynamicRef', '$recursiveRef', '$schema'];
const metaSchema = /^https?:\/\/json-schema\.org\//; // every validator has these built in

/**
 * Checks the references of a chart's `values.schema.json`: Helm fetches remote ones while it renders.
 * Source: Helm v3.18 and later, pkg/chartutil/jsonschema.go.
 */
export async function checkValuesSchema(scope: ReferenceScope, file: string): Promise<void> {
  if (!scope.tree.files.has(file)) return;
  const inFile = scope.within(file, scope.directory);
  const parsed = await scope.parsed.json(file);
  if (parsed.documents === undefined) return reportUnreadable(inFile, '', parsed.problem);
  const { identifiers, references } = gather(parsed.documents[0]);
  for (const { keyword, text } of references) {
    const target = text.split('#', 1)[0] ?? '';
    if (target === '' || identifiers.has(target) || metaSchema.test(target)) continue;
    const remote = /^[a-z][a-z0-9+.-]*:/i.test(target);
    const detail = remote ? 'Helm fetches it when it renders.' : 'A schema of a chart can refer to itself only.';
    inFile.report(keyword, text, remote ? 'remote' : 'escapes', detail);
  }
}

interface SchemaTexts {
  readonly identifiers: ReadonlySet<string>;
  readonly references: readonly { readonly keyword: string; readonly text: string }[];
}

// A stack of its own: a recursive walk would end with the nesting that the file chooses.
function gather(schema: unknown): SchemaTexts {
  const identifiers = new Set<string>();
  const references: { keyword: string; text: string }[] = [];
  const pending: unknown[] = [schema];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== 'object' || node === null) continue;
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== 'string') pending.push(value);
      else if (referenceKeywords.includes(key)) references.push({ keyword: key, text: value });
      else if (key === '$id' || key === 'id') identifiers.add(value.split('#', 1)[0] ?? '');
    }
  }
  return { identifiers, references };
}
