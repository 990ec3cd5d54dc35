import type { FieldType, Fields } from '../../../packages/capsule-schema/src/profile/field-type.ts';
import type { GoReading } from './go-readers.ts';
import type { JudgedDocument } from './read-as-judged.ts';

/** Two readings of one text that differ. */
export interface Difference {
  readonly reader: 'judge' | 'sigs.k8s.io/yaml' | 'kyaml';
  readonly ours: string;
  readonly theirs: string;
}

/** Compares what the judge reads with what Go reads, in the fields of the profile. A reader that refuses the text is passed over. */
export function compareReadings(judged: readonly JudgedDocument[], go: GoReading): readonly Difference[] {
  const ours = judged.map(({ content, fields }) => inFields(content, fields));
  const theirs = (go.documents ?? []).map((content, index) => inFields(content, judged[index]?.fields ?? {}));
  const first = inFields(go.first, judged[0]?.fields ?? {});
  const whole = judged.filter(({ content }) => content !== undefined);
  return [
    ...difference('judge', whole.map(({ values }) => values), whole.map(({ content, fields }) => judgedOf(content, fields))),
    ...(go.firstError === undefined ? difference('sigs.k8s.io/yaml', ours[0], first) : []),
    ...(go.documentsError === undefined ? difference('kyaml', ours, theirs) : []),
  ];
}

function difference(reader: Difference['reader'], one: unknown, other: unknown): readonly Difference[] {
  const [ours, theirs] = [canonical(one), canonical(other)];
  return ours === theirs ? [] : [{ reader, ours, theirs }];
}

/** What counts of a value: nothing of data, no field that is null, and of other fields only that they are there. */
function inFields(value: unknown, type: FieldType): unknown {
  if (value === null || value === undefined || type === 'data' || type === 'refused') return undefined;
  if (Array.isArray(value)) return isList(type) ? value.map((item: unknown) => inFields(item, type[0]) ?? null) : value;
  if (typeof value !== 'object') return value;
  if (type === 'map of texts') return textsOf(value);
  return typeof type === 'string' || isList(type) ? value : fieldsOf(value, type);
}

// A merge key is resolved by Go and left by the library: whatever it adds are texts.
function textsOf(value: object): unknown {
  return Object.hasOwn(value, '<<') ? undefined : Object.fromEntries(Object.entries(value).filter(([, text]) => text !== null));
}

function fieldsOf(value: object, fields: Fields): unknown {
  const known = new Set(Object.keys(fields).map((name) => name.toLowerCase()));
  const entries = Object.entries(value).filter(([name]) => known.has(name.toLowerCase()));
  return Object.fromEntries(entries.map(([name, entry]) => [name, inFields(entry, fields[name] ?? 'text')]));
}

/** The same, as the judge keeps it: without maps of texts, and without the entries of lists that are null. */
function judgedOf(value: unknown, type: FieldType): unknown {
  if (value === null || value === undefined || type === 'data' || type === 'refused' || type === 'map of texts') return undefined;
  if (isList(type) && Array.isArray(value)) return value.map((item) => judgedOf(item, type[0])).filter((item) => item !== undefined);
  if (typeof type === 'string' || isList(type)) return value;
  return Object.fromEntries(Object.entries(type).map(([name, entry]) => [name, judgedOf((value as Record<string, unknown>)[name], entry)]));
}

/** Writes a value with its keys in order, and without those that are not there. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  ) ?? 'null';
}

function isList(type: FieldType): type is readonly [FieldType] {
  return Array.isArray(type);
}
