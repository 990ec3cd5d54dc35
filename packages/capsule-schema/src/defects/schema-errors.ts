import { quote } from '../quote.ts';
import { nearestName } from './nearest-name.ts';

/** What a compiled JSON Schema validator says of one place where data breaks the schema. */
export interface SchemaViolation {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

const maxShownDefects = 5; // the first few are enough to begin with

/**
 * Says where data breaks its schema, what stands there and what is wanted, for those who wrote the data.
 * `knownKeys` are the schema's own: an unknown key is answered with the one that was probably meant. `replaced` says of
 * keys that an earlier version had, each by its path, what to write now.
 */
export function describeSchemaErrors(
  data: unknown,
  violations: readonly SchemaViolation[] | null | undefined,
  knownKeys: readonly string[] = [],
  replaced: Readonly<Record<string, string>> = {},
): string {
  const own = withoutAlternatives(violations ?? []);
  const shown = own.slice(0, maxShownDefects).map((defect) => {
    return defect.keyword === 'oneOf' ? describeChoice(defect, violations ?? []) : describe(data, defect, { knownKeys, replaced });
  });
  if (own.length > maxShownDefects) shown.push(`and ${own.length - maxShownDefects} more`);
  return [...new Set(shown)].join('; ');
}

// What fails inside an alternative only repeats that none of them fits.
function withoutAlternatives(defects: readonly SchemaViolation[]): readonly SchemaViolation[] {
  return defects.filter(({ schemaPath }) => !/\/oneOf\/\d+\//.test(schemaPath));
}

interface Keys {
  readonly knownKeys: readonly string[];
  readonly replaced: Readonly<Record<string, string>>;
}

/** Names the keys of which one is to be given; if several are given, the validator does not say which. */
function describeChoice({ instancePath, schemaPath }: SchemaViolation, violations: readonly SchemaViolation[]): string {
  const inside = violations.filter((other) => other.instancePath === instancePath && other.schemaPath.startsWith(`${schemaPath}/`));
  const keys = inside.filter(({ keyword }) => keyword === 'required').map(({ params }) => `"${String(params['missingProperty'])}"`);
  const place = placeOf(instancePath);
  if (keys.length === 0) return `${place} has keys that exclude each other: keep one of them`;
  const all = [keys.slice(0, -1).join(', '), ...keys.slice(-1)].filter((text) => text !== '');
  return `${place} must have exactly one of ${all.join(' or ')}`;
}

function describe(data: unknown, defect: SchemaViolation, keys: Keys): string {
  const { keyword, params } = defect;
  const place = placeOf(defect.instancePath);
  if (keyword === 'additionalProperties') return unknownKey(place, String(params['additionalProperty']), keys);
  if (keyword === 'required') return `${place} lacks "${String(params['missingProperty'])}"`;
  // A document that is one text may be any file, given by mistake: a private key is such a text.
  const isText = defect.instancePath === '' && typeof data === 'string';
  const got = isText ? 'one text' : show(valueAt(data, defect.instancePath));
  return `${place} is ${got}, wanted ${wanted(defect)}`;
}

function wanted({ keyword, params, message }: SchemaViolation): string {
  if (keyword === 'enum') return (params['allowedValues'] as readonly unknown[]).map(show).join(' or ');
  if (keyword === 'const') return show(params['allowedValue']);
  if (keyword === 'type') return `a value of type ${String(params['type'])}`;
  if (keyword === 'maxItems') return `at most ${String(params['limit'])}`;
  if (keyword === 'pattern') return `text of the form ${String(params['pattern'])}`;
  return `what the schema says: it ${message ?? 'is not valid'}`;
}

function unknownKey(place: string, key: string, { knownKeys, replaced }: Keys): string {
  const path = `${place}.${key}`;
  if (Object.hasOwn(replaced, path)) return `${place} has the old key ${quote(key)}: write ${replaced[path]}`;
  const meant = nearestName(key, knownKeys);
  return `${place} has the unknown key ${quote(key)}${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`;
}

function placeOf(pointer: string): string {
  const segments = segmentsOf(pointer);
  if (segments.length === 0) return 'the document';
  const path = segments.map((segment) => (/^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`)).join('');
  return path.slice(1) === '' ? 'the document' : quote(path.replace(/^\./, '')).slice(1, -1);
}

function segmentsOf(pointer: string): readonly string[] {
  const segments = pointer.split('/').slice(1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(data: unknown, pointer: string): unknown {
  let value = data;
  for (const segment of segmentsOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  return value;
}

function show(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'a mapping';
  return String(value);
}
