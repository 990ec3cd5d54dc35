import { describe, expect, test } from 'vitest';
import { parseSigningConfig } from './signing-config.ts';
import { chooseServices } from './signing-services.ts';

const now = new Date('2026-06-01T00:00:00Z');
const mediaType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';

function service(name: string, { version = 1, start = '2025-01-01T00:00:00Z', end = undefined as string | undefined, operator = name } = {}) {
  return { url: `https://${name}.example`, majorApiVersion: version, validFor: { start, ...(end !== undefined && { end }) }, operator };
}

function choose(config: object) {
  return chooseServices(parseSigningConfig(Buffer.from(JSON.stringify({ mediaType, ...config }))), now);
}

const hosts = (urls: readonly { readonly host: string }[]) => urls.map(({ host }) => host.replace('.example', ''));

describe('choosing services', () => {
  test('takes the newest version of the API that is spoken, and of it the newest service', () => {
    const logs = [service('old'), service('two', { version: 2 }), service('newer', { version: 2, start: '2026-01-01T00:00:00Z' }), service('three', { version: 3 })];

    const chosen = choose({ rekorTlogUrls: logs, rekorTlogConfig: { selector: 'ANY' } });

    expect(chosen.logs).toEqual([{ url: new URL('https://newer.example'), majorApiVersion: 2 }]);
  });

  test('leaves out what is not valid yet or any more, and falls back to the older version', () => {
    const logs = [service('one'), service('ended', { version: 2, end: '2026-05-01T00:00:00Z' }), service('future', { version: 2, start: '2026-07-01T00:00:00Z' })];

    expect(choose({ rekorTlogUrls: logs, rekorTlogConfig: { selector: 'ANY' } }).logs).toEqual([{ url: new URL('https://one.example'), majorApiVersion: 1 }]);
  });

  test.each([
    [{ selector: 'ALL' }, ['b', 'c']],
    [{ selector: 'ANY' }, ['b']],
    [{ selector: 'EXACT', count: 2 }, ['b', 'c']],
  ])('takes one service of each operator, by %o', (tsaConfig, expected) => {
    const clocks = [service('a', { operator: 'x' }), service('b', { operator: 'x', start: '2026-01-01T00:00:00Z' }), service('c', { operator: 'y' })];

    expect(hosts(choose({ tsaUrls: clocks, tsaConfig }).timestampAuthorities)).toEqual(expected);
  });

  test('refuses where fewer can be used than it wants', () => {
    const config = { tsaUrls: [service('a', { operator: 'x' }), service('b', { operator: 'x' })], tsaConfig: { selector: 'EXACT', count: 2 } };

    expect(() => choose(config)).toThrow('wants 2 timestamp authority: of 2, 1 are usable');
  });

  test('refuses where all that is listed has ended, rather than sign without', () => {
    expect(() => choose({ rekorTlogUrls: [service('ended', { end: '2026-05-01T00:00:00Z' })] })).toThrow('of 1, 0 are usable');
  });

  test('uses nothing that is not listed', () => {
    expect(choose({})).toEqual({ logs: [], timestampAuthorities: [] });
  });
});

describe('a signing configuration', () => {
  test.each([
    ['another version', { mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.1+json' }, 'its mediaType is'],
    ['an address without TLS', { caUrls: [{ ...service('a'), url: 'http://ca.example' }] }, 'caUrls[0].url: "http://ca.example" is not an https:// address'],
    ['a password in an address', { caUrls: [{ ...service('a'), url: 'https://me:secret@ca.example' }] }, 'caUrls[0].url: "https://ca.example"'],
    ['a service without a version', { tsaUrls: [{ url: 'https://a.example' }] }, 'tsaUrls[0].majorApiVersion is missing'],
    ['a time that is none', { tsaUrls: [service('a', { start: 'soon' })] }, 'tsaUrls[0].validFor.start is not a time'],
    ['an unknown selector', { tsaConfig: { selector: 'SOME' } }, 'tsaConfig.selector is "SOME"'],
    ['an exact number that is missing', { tsaConfig: { selector: 'EXACT' } }, 'tsaConfig.count is missing'],
    ['more services than anybody runs', { tsaUrls: Array.from({ length: 65 }, () => service('a')) }, 'more than 64'],
  ])('is refused with %s', (_what, config, message) => {
    const parse = () => parseSigningConfig(Buffer.from(JSON.stringify({ mediaType, ...config })));

    expect(parse).toThrow(expect.objectContaining({ code: 'SIGNING_CONFIG_INVALID', message: expect.stringContaining(message) }));
  });

  test.each(['', 'null', '[]', '{"mediaType":"a","mediaType":"b"}'])('is refused where it is %j', (text) => {
    expect(() => parseSigningConfig(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'SIGNING_CONFIG_INVALID' }));
  });

  test('may be as long as none is, and no longer', () => {
    expect(() => parseSigningConfig(Buffer.alloc(256 * 1024 + 1))).toThrow('larger than 262144 bytes');
  });
});
