import { generateKeyPairSync } from 'node:crypto';
import { type Policy, parsePolicyText, unsupportedClaims } from '@release-capsule/verifier';
import { expect, test } from 'vitest';
import { rootJson, testRoot } from '../packages/verifier/src/trust/testing/test-root.ts';
import { readSchema, schemaKeys } from './json-schema.ts';
import { readPage, yamlBlocks } from './markdown.ts';

const page = readPage('policy.md');
const recipes = yamlBlocks(page, 'policy');
const keys = new Map<string, string | Buffer>();

test.each([...recipes, ...yamlBlocks(readPage('air-gapped.md'), 'policy')])('a recipe of the guides is a policy that is supported: %#', async (text) => {
  expect(unsupportedClaims(await parse(text))).toEqual([]);
});

test('no YAML in docs/policy.md escapes this', () => {
  expect([...page.matchAll(/^```yaml\b/gm)]).toHaveLength(recipes.length);
});

test('the recipes use every key of the schema, or the page speaks of it', () => {
  const schema = schemaKeys(readSchema('packages/verifier/schema/policy.schema.json'));
  const names = new Set(schema.map(({ key }) => key.split('.').at(-1) ?? '').map((name) => name.replace('[]', '')));

  expect([...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
});

test('the pattern of a recipe matches a release and nothing that is built around one', async () => {
  const text = recipes.find((recipe) => recipe.includes('identityPattern')) ?? '';
  const [signer] = (await parse(text)).capsule.signers;
  if (signer?.kind !== 'keyless') throw new Error('the recipe names no identity');
  const pattern = new RegExp(`^(?:${signer.identity.value})$`, 'u');
  const workflow = 'https://github.com/example/app/.github/workflows/release.yml@refs/tags/';

  expect(pattern.test(`${workflow}v1.2.3`)).toBe(true);
  expect([`${workflow}v1.2.3-rc`, `${workflow}v1.2`, `https://evil.example/?${workflow}v1.2.3`].filter((identity) => pattern.test(identity))).toEqual([]);
});

async function parse(text: string): Promise<Policy> {
  return parsePolicyText(Buffer.from(text), { directory: '/policies', readFile, readPublicGoodRoot: async () => testRoot() });
}

/** Every path of a policy leads to a key, another one each, or to a root. */
async function readFile(path: string): Promise<Uint8Array> {
  if (path.endsWith('.json')) return Buffer.from(JSON.stringify(rootJson()));
  const known = keys.get(path) ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });
  keys.set(path, known);
  return Buffer.from(known);
}
