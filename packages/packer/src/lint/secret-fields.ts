import { isMapping, type Mapping } from './mapping.ts';

/** Tells whether a value gives nothing away: empty, encrypted, or taken from elsewhere. */
export type IsHarmless = (value: unknown) => boolean;

/** Tells whether a value is one that SOPS encrypted, or none at all. */
export function isHarmlessValue(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'string' && /^ENC\[[^\]]*\]$/.test(value.trim());
}

/** Gets the keys below `data` and `stringData` whose values stand there. */
export function literalKeys(value: Mapping, isHarmless: IsHarmless): readonly string[] {
  return [value['data'], value['stringData']].flatMap((data) =>
    isMapping(data) ? Object.keys(data).filter((key) => !isHarmless(data[key])) : [],
  );
}

/** Gets the name of an object; empty where it has none. */
export function objectName(value: Mapping): string {
  const metadata = value['metadata'];
  if (!isMapping(metadata)) return '';
  const name = metadata['name'] ?? metadata['generateName'];
  return typeof name === 'string' ? name : '';
}
