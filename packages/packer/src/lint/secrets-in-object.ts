import type { FoundSecret } from './found-secret.ts';
import { field, isMapping, type Mapping, mappings, texts } from './mapping.ts';
import { type IsHarmless, isHarmlessValue, literalKeys, objectName } from './secret-fields.ts';
import { mayMeanSecret } from './secret-target.ts';

/**
 * Finds the Secrets with data in a parsed document, at any depth: Secrets alone, in lists, in the values of a chart or
 * in another object's template; generators of Secrets; literal values that kustomize is told to put into Secrets.
 */
export function secretsInObject(root: unknown, isHarmless: IsHarmless): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  const seen = new Set<object>(); // an alias shares its anchor's value, and may stand inside it
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isMapping(value)) found.push(...secretsInMapping(value, isHarmless));
    for (const child of Object.values(value).toReversed()) pending.push(child);
  }
  return found;
}

function secretsInMapping(value: Mapping, isHarmless: IsHarmless): readonly FoundSecret[] {
  const found: FoundSecret[] = mappings(field(value, 'secretGenerator')).flatMap(generated);
  if (value['kind'] === 'Secret' && isCore(value['apiVersion'])) {
    const keys = literalKeys(value, isHarmless);
    if (keys.length > 0) found.push({ name: objectName(value), keys });
  }
  if (value['kind'] === 'SecretGenerator') found.push(...generated(value));
  const keys = writtenKeys(value);
  if (keys.length > 0) found.push({ name: '', keys });
  return found;
}

// A patch may leave the version out; another group's Secret is another thing.
function isCore(apiVersion: unknown): boolean {
  return typeof apiVersion !== 'string' || !/^[^/]+\//.test(apiVersion);
}

function generated(generator: Mapping): readonly FoundSecret[] {
  const literals = texts(field(generator, 'literals')).filter(
    (literal) => !isHarmlessValue(literal.slice(literal.indexOf('=') + 1)),
  );
  const files = ['files', 'envs', 'env'].flatMap((name) => texts(field(generator, name)));
  const keys = [...literals, ...files].map((source) => source.split('=', 1)[0] ?? '');
  const own = field(generator, 'name');
  const name = typeof own === 'string' ? own : objectName(generator);
  return keys.length === 0 ? [] : [{ name, keys }];
}

/** The fields of Secrets that a replacement or a ValueAddTransformer fills with a text of its own. */
function writtenKeys(value: Mapping): readonly string[] {
  const isAdder = value['kind'] === 'ValueAddTransformer';
  if (isHarmlessValue(field(value, isAdder ? 'value' : 'sourceValue'))) return [];
  return mappings(field(value, 'targets')).flatMap((target) => {
    const select = field(target, isAdder ? 'selector' : 'select');
    if (isMapping(select) && !mayMeanSecret(field(select, 'kind'))) return [];
    return [...texts(field(target, 'fieldPaths')), ...texts(field(target, 'fieldPath'))].filter((path) =>
      /^\/?(?:data|stringData)(?:[./[]|$)/.test(path),
    );
  });
}
