import type { FoundSecret } from './found-secret.ts';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Finds the Secrets with data in one parsed document: a Secret, a list that holds some, a generator of Secrets, or a
 * kustomization with generators or patches.
 * @param inText looks into the text of a patch.
 */
export function secretsInObject(
  value: unknown,
  inText: (text: string) => readonly FoundSecret[],
): readonly FoundSecret[] {
  if (!isMapping(value)) return [];
  const kind = value['kind'];
  const apiVersion = value['apiVersion'];
  // A patch may leave the version out; another group's Secret is another thing.
  if (kind === 'Secret' && (apiVersion === undefined || apiVersion === 'v1')) return secret(value);
  if (kind === 'SecretGenerator') return generated(value);
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(value['items'])) {
    return value['items'].flatMap((item) => secretsInObject(item, inText));
  }
  return [...generators(value).flatMap(generated), ...patchTexts(value).flatMap(inText)];
}

/** Tells whether a value is one that SOPS encrypted, or none at all. */
export function isHarmlessValue(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'string' && /^ENC\[[^\]]*\]$/.test(value.trim());
}

function secret(value: Mapping): readonly FoundSecret[] {
  const keys = [value['data'], value['stringData']].flatMap((data) =>
    isMapping(data) ? Object.keys(data).filter((key) => !isHarmlessValue(data[key])) : [],
  );
  return keys.length === 0 ? [] : [{ name: secretName(value), keys }];
}

function secretName(value: Mapping): string {
  const metadata = value['metadata'];
  if (!isMapping(metadata)) return '';
  const name = metadata['name'] ?? metadata['generateName'];
  return typeof name === 'string' ? name : '';
}

// kustomize matches names of fields without case.
function generators(kustomization: Mapping): readonly Mapping[] {
  return Object.entries(kustomization)
    .filter(([key]) => key.toLowerCase() === 'secretgenerator')
    .flatMap(([, list]) => (Array.isArray(list) ? list.filter(isMapping) : []));
}

function generated(generator: Mapping): readonly FoundSecret[] {
  const literals = texts(generator['literals']).filter(
    (literal) => !isHarmlessValue(literal.slice(literal.indexOf('=') + 1)),
  );
  const files = [generator['files'], generator['envs'], generator['env']].flatMap(texts);
  const keys = [...literals, ...files].map((source) => source.split('=', 1)[0] ?? '');
  const own = generator['name'];
  const name = typeof own === 'string' ? own : secretName(generator);
  return keys.length === 0 ? [] : [{ name, keys }];
}

function patchTexts(kustomization: Mapping): readonly string[] {
  const patches = kustomization['patches'];
  const inline = Array.isArray(patches) ? patches.filter(isMapping).flatMap((patch) => texts(patch['patch'])) : [];
  return [...inline, ...texts(kustomization['patchesStrategicMerge']).filter((text) => text.includes('\n'))];
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
