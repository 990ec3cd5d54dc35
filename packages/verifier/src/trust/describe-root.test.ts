import { describe, expect, test } from 'vitest';
import { PrivateInstance } from '../signature/testing/private-instance.ts';
import { describeRoot, type RootDescription } from './describe-root.ts';
import { rootJson, rootLog } from './testing/test-root.ts';
import { parseTrustedRoot } from './parse-trusted-root.ts';

const now = new Date('2026-11-21T00:00:00Z');

describe('the description of a root', () => {
  test('names every part with its period', async () => {
    const instance = await PrivateInstance.start({ clock: now });
    const { parts, newest } = explain(instance.root());

    expect(parts.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'certificate-authority current',
      'transparency-log current',
      'certificate-log current',
      'timestamp-authority current',
    ]);
    expect(parts[0]).toMatchObject({ name: expect.stringContaining('CN='), url: 'https://authority.example', certificatesUntil: expect.any(Date) });
    expect(parts[1]).toMatchObject({ name: expect.stringMatching(/^[0-9a-f]{64}$/), url: 'https://log.example' });
    expect(newest).toEqual(new Date('2020-01-01T00:00:00Z'));
  });

  test.each([
    ['2026-11-22T00:00:00Z', undefined, 'future'],
    ['2026-11-21T00:00:00Z', undefined, 'current'],
    ['2020-01-01T00:00:00Z', '2026-11-21T00:00:00Z', 'current'],
    ['2020-01-01T00:00:00Z', '2026-11-20T23:59:59Z', 'ended'],
  ])('a part from %s to %s is %s', (start, end, state) => {
    expect(explain(rootJson({ tlogs: [logFor({ start, end })] })).parts).toMatchObject([{ state }]);
  });

  test('begins with its newest part', () => {
    const logs = ['2021-01-01T00:00:00Z', '2025-09-23T00:00:00Z', '2023-01-01T00:00:00Z'].map((start) => logFor({ start }));

    expect(explain(rootJson({ tlogs: logs })).newest).toEqual(new Date('2025-09-23T00:00:00Z'));
  });
});

describe('the warnings', () => {
  test.each([
    ['nothing of a kind is in use', [{ start: '2020-01-01T00:00:00Z', end: '2026-01-01T00:00:00Z' }], ['NOTHING_CURRENT']],
    ['nothing of a kind is in use yet', [{ start: '2027-01-01T00:00:00Z' }], ['NOTHING_CURRENT']],
    ['the last of a kind ends within a month', [{ start: '2020-01-01T00:00:00Z', end: '2026-12-20T00:00:00Z' }], ['ENDS_SOON']],
    ['a part was replaced and its period has no end', [{ start: '2020-01-01T00:00:00Z' }, { start: '2025-01-01T00:00:00Z' }], ['PERIOD_OPEN']],
  ])('say that %s', (_what, periods, codes) => {
    expect(explain(rootJson({ tlogs: periods.map(logFor) })).warnings.map(({ code }) => code)).toEqual(codes);
  });

  test.each([
    ['one lasts longer', [{ start: '2020-01-01T00:00:00Z', end: '2026-12-20T00:00:00Z' }, { start: '2026-01-01T00:00:00Z' }]],
    ['there is more than a month', [{ start: '2020-01-01T00:00:00Z', end: '2026-12-22T00:00:00Z' }]],
  ])('are silent where %s', (_what, periods) => {
    expect(explain(rootJson({ tlogs: periods.map(logFor) })).warnings).toEqual([]);
  });

  test('are silent of two logs that run side by side', () => {
    const logs = [logFor({ start: '2020-01-01T00:00:00Z' }), { ...logFor({ start: '2025-01-01T00:00:00Z' }), baseUrl: 'https://second.example' }];

    expect(explain(rootJson({ tlogs: logs })).warnings).toEqual([]);
  });

  test('say that the certificates of an authority end within a month, whatever its period says', async () => {
    const instance = await PrivateInstance.start({ clock: now });
    const root = parseTrustedRoot(Buffer.from(JSON.stringify(instance.root())), origin);
    const { certificatesUntil } = describeRoot(root, now).parts[0] ?? {};
    const before = new Date((certificatesUntil?.getTime() ?? 0) - 86_400_000);

    expect(describeRoot(root, before).warnings).toContainEqual(expect.objectContaining({ code: 'ENDS_SOON' }));
  });
});

const origin = { source: 'file', label: 'trusted_root.json' } as const;

function explain(json: object): RootDescription {
  return describeRoot(parseTrustedRoot(Buffer.from(JSON.stringify(json)), origin), now);
}

function logFor(validFor: object): object {
  const log = JSON.parse(JSON.stringify(rootLog()));
  return { ...log, publicKey: { ...log.publicKey, validFor } };
}
