import type { FoundValue, GeneratorFile } from './found-value.ts';
import { type IsHarmless, isHarmlessValue, literalValues } from './harmless-value.ts';
import { field, isMapping, type Mapping, mappings, texts } from './mapping.ts';
import { parseDocuments, splitDocuments } from './parse-documents.ts';
import { generatorName, objectName } from './secret-context.ts';
import { mayMeanSecret } from './secret-target.ts';

/** What an object gives to Secrets. */
export interface ObjectSecrets {
  readonly values: readonly FoundValue[];
  /** Files that its generators read. What they hold decides. */
  readonly files: readonly GeneratorFile[];
}

/**
 * Finds the values of Secrets in a parsed document, at any depth: Secrets alone, in lists, in the values of a chart or
 * in another object's template; generators of Secrets; literal values that kustomize is told to put into Secrets.
 */
export function secretsInObject(root: unknown, isHarmless: IsHarmless): ObjectSecrets {
  const values: FoundValue[] = [];
  const files: GeneratorFile[] = [];
  const seen = new Set<object>(); // an alias shares its anchor's value, and may stand inside it
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isMapping(value)) {
      values.push(...valuesInMapping(value, isHarmless));
      files.push(...filesOfMapping(value));
    }
    for (const child of Object.values(value).toReversed()) pending.push(child);
  }
  return { values, files };
}

function valuesInMapping(value: Mapping, isHarmless: IsHarmless): readonly FoundValue[] {
  const generators = generatorsOf(value).flatMap(({ generator }) => literalsOf(generator));
  return [...generators, ...secretsOf(value).flatMap((secret) => valuesOfSecret(secret, isHarmless)), ...writtenValues(value)];
}

/** The Secret that an object is; of a SecretList, the items that name no kind of their own. */
function secretsOf(value: Mapping): readonly Mapping[] {
  if (!isCore(value['apiVersion'])) return [];
  if (value['kind'] === 'Secret') return [value];
  return value['kind'] === 'SecretList' ? mappings(value['items']).filter(({ kind }) => kind === undefined) : [];
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

function valuesOfSecret(secret: Mapping, isHarmless: IsHarmless): readonly FoundValue[] {
  const own = literalValues(secret, isHarmless).map((each) => ({ kind: 'Secret' as const, name: objectName(secret), ...each }));
  const { annotations } = isMapping(secret['metadata']) ? secret['metadata'] : {};
  const applied = isMapping(annotations) ? annotations[lastApplied] : undefined;
  // `kubectl get --output yaml` writes the values a second time.
  if (typeof applied !== 'string') return own;
  const before = splitDocuments(applied).flatMap(parseDocuments).flatMap(({ value }) => secretsInObject(value, isHarmless).values);
  return [...own, ...before];
}

// A patch may leave the version out; another group's Secret is another thing.
function isCore(apiVersion: unknown): boolean {
  return typeof apiVersion !== 'string' || !/^[^/]+\//.test(apiVersion);
}

function generatorsOf(value: Mapping): readonly { readonly generator: Mapping; readonly isPlugin: boolean }[] {
  const listed = mappings(field(value, 'secretGenerator')).map((generator) => ({ generator, isPlugin: false }));
  return value['kind'] === 'SecretGenerator' ? [...listed, { generator: value, isPlugin: true }] : listed;
}

function literalsOf(generator: Mapping): readonly FoundValue[] {
  const name = generatorName(generator);
  return texts(field(generator, 'literals')).flatMap((literal) => {
    const [key = ''] = literal.split('=', 1);
    const value = literal.slice(key.length + 1).replace(/^(["'])(.*)\1$/s, '$2');
    return isHarmlessValue(value) ? [] : [{ kind: 'SecretGenerator' as const, name, field: 'literals', key }];
  });
}

function filesOfMapping(value: Mapping): readonly GeneratorFile[] {
  return generatorsOf(value).flatMap(({ generator, isPlugin }) =>
    ['files', 'envs', 'env'].flatMap((list) =>
      texts(field(generator, list)).map((source): GeneratorFile => {
        const isEnv = list !== 'files';
        const cut = isEnv ? -1 : source.indexOf('=');
        const path = source.slice(cut + 1);
        const key = cut === -1 ? path.slice(isEnv ? 0 : path.lastIndexOf('/') + 1) : source.slice(0, cut);
        return { kind: 'SecretGenerator', name: generatorName(generator), field: list, key, path, isEnv, isPlugin };
      }),
    ),
  );
}

/** The fields of Secrets that a replacement or a ValueAddTransformer fills with a text of its own. */
function writtenValues(value: Mapping): readonly FoundValue[] {
  const isAdder = value['kind'] === 'ValueAddTransformer';
  if (isHarmlessValue(field(value, isAdder ? 'value' : 'sourceValue'))) return [];
  return mappings(field(value, 'targets')).flatMap((target) => {
    const select = field(target, isAdder ? 'selector' : 'select');
    if (isMapping(select) && !mayMeanSecret(field(select, 'kind'))) return [];
    const name = isMapping(select) ? (texts(field(select, 'name'))[0] ?? '') : '';
    return [...texts(field(target, 'fieldPaths')), ...texts(field(target, 'fieldPath'))]
      .filter((path) => /^\/?(?:data|stringData|binaryData)(?:[./[]|$)/.test(path))
      .map((path) => ({ kind: 'Secret' as const, name, field: path, key: path.replace(/^\/?\w+[./]?/, '') || path }));
  });
}
