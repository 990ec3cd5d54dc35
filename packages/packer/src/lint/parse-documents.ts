import { type Document, isDocument, parseAllDocuments } from 'yaml';

/** What a text of YAML or JSON says, and how well it could be read. */
export interface ParsedDocument {
  readonly value: unknown;
  /** `yes`, `nearly` (another parser might take it as well) or `no` (what was recovered). */
  readonly isYaml: 'yes' | 'nearly' | 'no';
}

const maxParsedCharacters = 4 * 1024 * 1024; // beyond it a document is read line by line, in a tenth of the time
const maxTemplateCharacters = 256 * 1024; // a template is seldom YAML before it is rendered, so lines tell more
const maxAliasCount = 100;
const deeper = ' '.repeat(64);

// Go's parser is more lenient: these are no errors to it, or none that keep it from the rest.
const lenient = new Set([
  'BAD_INDENT',
  'TAB_AS_INDENT',
  'BAD_DIRECTIVE',
  'TAG_RESOLVE_FAILED',
  'KEY_OVER_1024_CHARS',
  'BAD_DQ_ESCAPE',
  'BAD_PROP_ORDER',
]);

const binary = {
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text: string): string => Buffer.from(text, 'base64').toString('latin1'),
};

/** Cuts a text into its YAML documents. What follows `---` on its line belongs to the next one. */
export function splitDocuments(text: string): readonly string[] {
  return text.split(/^---(?=[ \t\n]|$)/m);
}

/** Parses the text of one document, as tolerant as what applies it; none where it is beyond all bounds. */
export function parseDocuments(document: string): readonly ParsedDocument[] {
  const isTemplate = document.includes('{{');
  if (document.length > (isTemplate ? maxTemplateCharacters : maxParsedCharacters)) return [];
  const parsed = parseJson(document) ?? parseYaml(document);
  if (isTemplate || parsed.every(({ isYaml }) => isYaml === 'yes')) return parsed;
  const again = parseYaml(asGoReads(document));
  return again.length > 0 && again.every(({ isYaml }) => isYaml === 'yes') ? again : parsed;
}

/** Writes what Go's parser takes as YAML's grammar wants it: flow collections indented, a space before a comment. */
function asGoReads(document: string): string {
  let depth = 0;
  return document
    .split('\n')
    .map((line) => {
      const indented = depth > 0 ? deeper + line : line;
      const bare = line.replace(/(?<=^|[\s:,[{])(?:"(?:[^"\\]|\\.)*"|'[^']*')|[ \t]#.*$/g, '');
      for (const character of bare) depth += '{['.includes(character) ? 1 : '}]'.includes(character) ? -1 : 0;
      depth = Math.max(depth, 0);
      return indented.replace(/(["'}\]])#/g, '$1 #');
    })
    .join('\n');
}

function parseJson(document: string): readonly ParsedDocument[] | undefined {
  if (!/^\s*[[{]/.test(document)) return undefined;
  try {
    return [{ value: JSON.parse(document), isYaml: 'yes' }];
  } catch {
    return undefined; // a flow mapping, or JSON with a comma too many: YAML may take it
  }
}

function parseYaml(document: string): readonly ParsedDocument[] {
  try {
    const parsed = parseAllDocuments(document, {
      uniqueKeys: false,
      merge: true,
      prettyErrors: false,
      logLevel: 'silent',
      customTags: [binary],
    });
    const documents = Array.isArray(parsed) ? parsed.filter((each) => isDocument(each)) : [];
    return documents.some(isExhausted) ? [] : documents.map(toValue);
  } catch {
    return []; // nested or aliased beyond bounds
  }
}

function isExhausted({ errors }: Document): boolean {
  return errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION');
}

function toValue(document: Document): ParsedDocument {
  const { errors } = document;
  const isYaml = errors.length === 0 ? 'yes' : errors.every(({ code }) => lenient.has(code)) ? 'nearly' : 'no';
  return { value: document.toJS({ maxAliasCount }), isYaml };
}
