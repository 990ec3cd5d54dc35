import { generateKeyPairSync } from 'node:crypto';
import { parseTrustedRoot } from '../parse-trusted-root.ts';
import type { TrustedRoot } from '../trusted-root.ts';
import { rootJsonOf, rootLogJson } from './root-json.ts';

/** One log, as a trusted root has it. */
export function rootLog(changes: object = {}): object {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const validFor = { start: '2026-01-01T00:00:00Z' };
  return { ...rootLogJson({ baseUrl: 'https://log.example', publicKey: spki, logId: Buffer.from('log'), validFor }), ...changes };
}

/** The JSON of a trusted root with one log. */
export function rootJson(changes: object = {}): object {
  return { ...rootJsonOf({ tlogs: [rootLog()] }), ...changes };
}

/** A trusted root that nothing is signed under. */
export function testRoot(): TrustedRoot {
  return parseTrustedRoot(Buffer.from(JSON.stringify(rootJson())), { source: 'file', label: 'trusted_root.json' });
}
