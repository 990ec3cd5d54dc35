import { reportUnreadable } from './check-path.ts';
import type { ReferenceScope } from './reference-scope.ts';

const referenceKeywords = ['$ref', '$dynamicRef', '$recursiveRef', '$schema'];

/** The drafts that Helm's validator has built in, old and new. Source: santhosh-tekuri/jsonschema v6, draft.go. */
const dialects: ReadonlySet<string> = new Set(
  ['draft-04', 'draft-06', 'draft-07', 'draft/2019-09', 'draft/2020-12']
    .map((draft) => `json-schema.org/${draft}/schema`)
    .flatMap((place) => [`http://${place}`, `https://${place}`]),
);

/** Those that the validator of Helm before v3.18 has too: a reference to any other is fetched by one or the other. */
const metaSchemas: ReadonlySet<string> = new Set(
  ['draft-04', 'draft-06', 'draft-07'].map((draft) => `http://json-schema.org/${draft}/schema`),
);

/**
 * Checks the references of a chart's `values.schema.json`: Helm fetches remote ones while it renders, and reads local
 * ones from the root of the machine's file system. An identifier excuses none: a validator heeds `$id` in some places
 * only, and resolves what is relative against it.
 * Source: Helm v3.18 and later, pkg/chartutil/jsonschema.go.
 */
export async function checkValuesSchema(scope: ReferenceScope, file: string): Promise<void> {
  if (!scope.tree.files.has(file)) return;
  const inFile = scope.within(file, scope.directory);
  const parsed = await scope.parsed.json(file);
  if (parsed.documents === undefined) return reportUnreadable(inFile, '', parsed.problem);
  for (const { keyword, text } of references(parsed.documents[0])) {
    const target = text.split('#', 1)[0] ?? '';
    if (target === '' || (keyword === '$schema' ? dialects : metaSchemas).has(target)) continue;
    const remote = /^[a-z][a-z0-9+.-]*:/i.test(target);
    const detail = remote ? 'Helm fetches it when it renders.' : 'A schema of a chart can refer to itself only.';
    inFile.report(keyword, text, remote ? 'remote' : 'escapes', detail);
  }
}

interface SchemaReference {
  readonly keyword: string;
  readonly text: string;
}

// A stack of its own: a recursive walk would end with the nesting that the file chooses.
function references(schema: unknown): readonly SchemaReference[] {
  const found: SchemaReference[] = [];
  const pending: unknown[] = [schema];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== 'object' || node === null) continue;
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== 'string') pending.push(value);
      else if (referenceKeywords.includes(key)) found.push({ keyword: key, text: value });
    }
  }
  return found;
}
