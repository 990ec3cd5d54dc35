import type { Judgement } from './judgement.ts';

const referenceKeywords = ['$ref', '$dynamicRef', '$recursiveRef', '$schema'];
const idKeywords = ['$id', 'id'];
const keywords: ReadonlySet<string> = new Set([...referenceKeywords, ...idKeywords]);

/** Keywords whose value is data: nothing in it is a keyword, unless a reference leads there. */
const dataKeywords: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'example', 'examples']);

/** Keywords whose value maps names of the author's to schemas. */
const mapKeywords: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'definitions',
  '$defs',
  'dependentSchemas',
  'dependencies',
]);

/** The drafts that Helm's validator has built in, old and new. Source: santhosh-tekuri/jsonschema v6, draft.go. */
const dialects: ReadonlySet<string> = new Set(
  ['schema', 'draft-04/schema', 'draft-06/schema', 'draft-07/schema', 'draft/2019-09/schema', 'draft/2020-12/schema']
    .map((path) => `json-schema.org/${path}`)
    .flatMap((place) => [`http://${place}`, `https://${place}`]),
);

/** Those that the validator of Helm before v3.18 has too: a reference to any other is fetched by one or the other. */
const metaSchemas: ReadonlySet<string> = new Set(
  ['draft-04', 'draft-06', 'draft-07'].map((draft) => `http://json-schema.org/${draft}/schema`),
);

/**
 * Judges the references of a chart's `values.schema.json`: Helm fetches remote ones while it renders, and reads local
 * ones from the root of the machine's file system. Every `$ref` begins with `#`; one identifier may stand at the root,
 * from which such a reference leads nowhere else.
 * Source: Helm v3.18 and later, pkg/chartutil/jsonschema.go; JSON Schema 2020-12, sections 8.2 and 9.
 */
export async function judgeValuesSchema(judgement: Judgement, file: string): Promise<void> {
  if (!judgement.tree.files.has(file)) return;
  const { content, problem } = await judgement.reader.json(file);
  if (problem !== undefined) return judgement.refuseUnreadable(file, '', problem);
  for (const { keyword, text, isRoot } of keywordsOf(content)) {
    if (idKeywords.includes(keyword)) {
      if (!isRoot)
        judgement.refuseProfile(file, keyword, 'references are resolved against an identifier below the root: delete it');
      continue;
    }
    const target = text.split('#', 1)[0] ?? '';
    if (target === '' || (keyword === '$schema' ? dialects : metaSchemas).has(target)) continue;
    const isRemote = /^[a-z][a-z0-9+.-]*:/i.test(target);
    const detail = isRemote
      ? 'Helm fetches it when it renders. Copy what it names into the schema.'
      : 'A schema of a chart can refer to itself only.';
    judgement.refuse({ file, field: keyword, reference: text, reason: isRemote ? 'remote' : 'escapes', detail });
  }
}

interface Keyword {
  readonly keyword: string;
  readonly text: string;
  readonly isRoot: boolean;
}

function keywordsOf(schema: unknown): readonly Keyword[] {
  const found = collectKeywords(schema, false);
  // A reference can lead into data, which is a schema then.
  const leadsIntoData = found.some(({ keyword, text }) => keyword !== '$schema' && /%|enum|const|default|example/.test(text));
  return leadsIntoData ? collectKeywords(schema, true) : found;
}

interface Pending {
  readonly node: unknown;
  readonly isMap: boolean;
  readonly isRoot: boolean;
}

// A stack of its own: a recursive walk would end with the nesting that the file chooses.
function collectKeywords(schema: unknown, looksIntoData: boolean): readonly Keyword[] {
  const found: Keyword[] = [];
  const pending: Pending[] = [{ node: schema, isMap: false, isRoot: true }];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const { node, isMap, isRoot } = at;
    if (typeof node !== 'object' || node === null) continue;
    for (const [key, value] of Object.entries(node)) {
      const isKeyword = !isMap && !Array.isArray(node);
      // Also under names of the author's, where no text has a place: a reference can lead there, to what is a schema then.
      if (typeof value === 'string' && keywords.has(key)) found.push({ keyword: key, text: value, isRoot });
      if (isKeyword && dataKeywords.has(key) && !looksIntoData) continue;
      pending.push({ node: value, isMap: isKeyword && mapKeywords.has(key), isRoot: false });
    }
  }
  return found;
}
