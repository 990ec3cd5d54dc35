import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VerifyError } from '../errors.ts';
import { PrivateInstance } from '../signature/testing/private-instance.ts';
import { rootJson, rootLog } from './testing/test-root.ts';
import { parseTrustedRoot } from './parse-trusted-root.ts';
import { maxTrustedRootBytes } from './trusted-root.ts';

const open = { start: undefined };
const logWith = (validFor: object | undefined) => {
  const { publicKey, ...log } = JSON.parse(JSON.stringify(rootLog()));
  return { ...log, publicKey: { ...publicKey, validFor } };
};

describe('a trusted root', () => {
  test('is read with its digest and where it is from', async () => {
    const instance = await PrivateInstance.start();

    const root = parse(instance.root());

    expect(root).toMatchObject({ source: 'file', label: 'trusted_root.json', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(root.message.certificateAuthorities).toHaveLength(1);
  });

  test('may have periods that have not ended', () => {
    expect(parse(rootJson({ tlogs: [logWith({ start: '2026-01-01T00:00:00Z' })] })).message.tlogs).toHaveLength(1);
  });

  test.each([
    ['a log without a period', { tlogs: [logWith(undefined)] }, 'tlogs[0] has a period of validity without a beginning'],
    ['a log whose period is open at its start', { tlogs: [rootLog(), logWith({ end: '2027-01-01T00:00:00Z' })] }, 'tlogs[1] has a period'],
    ['a period whose start is no time', { tlogs: [logWith({ start: 'yesterday' })] }, 'without a beginning'],
    ['a period whose end is no time', { tlogs: [logWith({ start: '2026-01-01T00:00:00Z', end: 'never' })] }, 'end cannot be read'],
    ['a period that ends before it begins', { tlogs: [logWith({ start: '2026-01-02T00:00:00Z', end: '2026-01-01T00:00:00Z' })] }, 'ends before it begins'],
    ['a certificate log without a period', { ctlogs: [logWith(open)] }, 'ctlogs[0] has a period'],
    ['a log without an address', { tlogs: [rootLog({ baseUrl: '' })] }, 'tlogs[0] has no baseUrl'],
    ['a log without an id', { tlogs: [rootLog({ logId: undefined })] }, 'tlogs[0] has no logId'],
    ['a log without a key', { tlogs: [rootLog({ publicKey: { validFor: { start: '2026-01-01T00:00:00Z' } } })] }, 'has no public key'],
    ['an authority without a certificate', { certificateAuthorities: [{ certChain: { certificates: [] } }] }, 'certificateAuthorities[0] has no certificate'],
    ['an authority whose certificate is none', { timestampAuthorities: [{ certChain: { certificates: [{ rawBytes: 'YQ==' }] } }] }, 'cannot be read'],
    ['nobody', { tlogs: [] }, 'it names no authority and no log'],
    ['too many logs', { tlogs: Array.from({ length: 65 }, () => rootLog()) }, 'the limit is 64'],
    ['another media type', { mediaType: 'application/json' }, 'its mediaType is'],
  ])('is refused with %s', (_what, changes, message) => {
    expect(refusal(JSON.stringify(rootJson(changes)))).toMatchObject({ code: 'TRUST_INVALID', message: expect.stringContaining(message) });
  });

  test('is refused with an authority whose period is open at its start', async () => {
    const instance = await PrivateInstance.start();
    const [authority] = instance.root().certificateAuthorities;

    const error = refusal(JSON.stringify(instance.root({ certificateAuthorities: [{ ...authority, validFor: undefined }] })));

    expect(error.message).toContain('certificateAuthorities[0] has a period of validity without a beginning');
  });

  test('is refused where a key stands in it twice, or it is too large', () => {
    expect(refusal('{"mediaType":"a","mediaType":"b"}').code).toBe('TRUST_INVALID');
    expect(refusal(' '.repeat(maxTrustedRootBytes + 1)).message).toContain('larger than');
  });

  test('of any bytes is read or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue().map((value) => JSON.stringify(value)), fc.jsonValue().map((tlogs) => JSON.stringify({ ...rootJson(), tlogs }))), (text) => {
        try {
          parseText(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TRUST_INVALID' });
        }
      }),
    );
  });
});

function parse(json: object): ReturnType<typeof parseTrustedRoot> {
  return parseText(JSON.stringify(json));
}

function parseText(text: string): ReturnType<typeof parseTrustedRoot> {
  return parseTrustedRoot(Buffer.from(text), { source: 'file', label: 'trusted_root.json' });
}

function refusal(text: string): VerifyError {
  try {
    parseText(text);
  } catch (error) {
    if (error instanceof VerifyError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
