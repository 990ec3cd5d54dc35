import { generateKeyPairSync } from 'node:crypto';
import { parseImageLock } from '@release-capsule/schema';
import { freightName, parseFreightText, parsePolicyText, unsupportedClaims } from '@release-capsule/verifier';
import { describe, expect, test } from 'vitest';
import { parseCapsuleConfig } from '../packages/packer/src/config/capsule-config.ts';
import { readSchema, schemaKeys } from './json-schema.ts';
import { readPage, section, tableRows, unquoted, yamlBlocks } from './markdown.ts';

const page = readPage('files.md');

describe.each([
  ['## capsule.yaml', 'capsule-config', 'packer/schema/capsule-config.schema.json'],
  ['## capsule.lock.yaml', 'capsule-lock', 'capsule-schema/schema/capsule-lock.schema.json'],
  ['## capsule-policy.yaml', 'policy', 'verifier/schema/policy.schema.json'],
  ['## Freight', 'freight', 'verifier/schema/freight.schema.json'],
] as const)('%s in docs/files.md', (heading, mark, schema) => {
  const rows = tableRows(section(page, heading)).filter(({ presence }) => presence !== undefined);
  // Other lists have the form of capsule.signers, or of image: the page says so instead of saying it all again.
  const likeOthers = /^(?:(?:image|image\.provenance|summary)\.signers\[|images\[\]\.(?:names|values)[.[])/;
  const keys = schemaKeys(readSchema(`packages/${schema}`)).filter(({ key }) => !likeOthers.test(key));

  test('lists every key of the schema, and no other', () => {
    expect(rows.map((row) => unquoted(row['key'])).sort()).toEqual(keys.map(({ key }) => key).sort());
  });

  test('says of each whether it must be there', () => {
    const oneOf = /^one of /;
    const documented = rows.map((row) => `${unquoted(row['key'])}: ${(row['presence'] ?? '').replace(oneOf, 'optional, one of ')}`);
    const wanted = new Map(keys.map(({ key, isRequired }) => [key, isRequired ? 'required' : 'optional']));
    expect(documented.filter((text) => !text.includes(`: ${wanted.get(text.split(':')[0] ?? '')}`))).toEqual([]);
  });

  test('has examples', () => {
    expect(yamlBlocks(section(page, heading), mark)).toHaveLength(2);
  });
});

describe('the examples in docs/files.md', () => {
  test.each(yamlBlocks(page, 'capsule-config'))('are configurations that pack reads: %#', (text) => {
    expect(parseCapsuleConfig(Buffer.from(text)).name).toBe('app');
  });

  test.each(yamlBlocks(page, 'capsule-lock'))('are locks that pack reads: %#', (text) => {
    expect(parseImageLock(Buffer.from(text)).image?.names).toEqual([{ name: 'app' }]);
  });

  test.each(yamlBlocks(page, 'policy'))('are policies that verify supports: %#', async (text) => {
    const policy = await parsePolicyText(Buffer.from(text), { directory: '/policies', readFile: publicKeyFile });
    expect(policy.capsule.name).toBe('app');
    expect(unsupportedClaims(policy)).toEqual([]);
  });

  test.each(yamlBlocks(page, 'freight'))('are Freight with the name that Kargo gives it: %#', (text) => {
    const freight = parseFreightText(Buffer.from(text));
    expect(freight.images.length).toBeGreaterThan(0);
    expect([undefined, freightName(freight)]).toContain(freight.name);
  });

  test('use every key of a configuration', () => {
    const used = yamlBlocks(page, 'capsule-config').join('\n');
    const keys = schemaKeys(readSchema('packages/packer/schema/capsule-config.schema.json'));
    // Values are a chart's, and the example is of a kustomize package.
    const names = keys.filter(({ key }) => !key.startsWith('image.values')).map(({ key }) => key.split('.').at(-1) ?? '');
    // A release is signed by one key or keyless: the example shows one of them.
    expect(names.filter((key) => key !== 'keyless' && !new RegExp(`\\b${key}:`).test(used))).toEqual([]);
  });
});

/** Every path of a policy leads to a key: another one each, since one key under two names is an error. */
async function publicKeyFile(): Promise<Uint8Array> {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
}
