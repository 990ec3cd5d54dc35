import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OciError } from '../../errors.ts';
import { parsePlace } from './credential-place.ts';
import { parseDockerConfig } from './docker-config.ts';

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function authOf(auths: Readonly<Record<string, unknown>>, place: string): unknown {
  return find(JSON.stringify({ auths }), place);
}

function find(config: string, text: string): unknown {
  const place = parsePlace(text);
  return place === undefined ? undefined : parseDockerConfig(config, 'config.json').auth(place);
}

/** Names the key whose user was found, where every key holds a user of its own name. */
function keyOf(keys: readonly string[], place: string): string | undefined {
  const auths = Object.fromEntries(keys.map((key, index) => [key, { auth: encode(`${index}:secret`) }]));
  const found = authOf(auths, place) as { readonly username: string } | undefined;
  return found === undefined ? undefined : keys[Number(found.username)];
}

describe('parseDockerConfig', () => {
  it.each([
    ['a user and password', { auth: encode('me:secret') }, { username: 'me', password: 'secret' }],
    ['a password with colons', { auth: encode('me:a:b:') }, { username: 'me', password: 'a:b:' }],
    ['an entry padded with NUL', { auth: encode('me:secret\0\0') }, { username: 'me', password: 'secret' }],
    ['an identity token beside a user', { auth: encode('0000:'), identitytoken: 'idt' }, { identityToken: 'idt' }],
    ['plain fields', { username: 'me', password: 'secret' }, { username: 'me', password: 'secret' }],
    ['an entry that a credential store left empty', {}, undefined],
  ])('reads %s', (_what, entry, expected) => {
    expect(authOf({ 'ghcr.io': entry }, 'ghcr.io')).toEqual(expected);
  });

  it.each([
    'https://registry.example:5000/v2/',
    'registry.example:5000/',
    'REGISTRY.example:5000',
    'http://registry.example:5000',
  ])('finds a host under the key %s', (key) => {
    expect(authOf({ [key]: { auth: encode('me:secret') } }, 'registry.example:5000')).toBeDefined();
  });

  it.each([
    'registry.example',
    'registry.example:5000/team',
    'evil-registry.example:5000',
    'example:5000',
    '*.registry.example:5000',
    '*',
    '*:5000',
    '*.example',
  ])('does not take the key %s for registry.example:5000', (key) => {
    expect(authOf({ [key]: { auth: encode('me:secret') } }, 'registry.example:5000')).toBeUndefined();
  });

  it('does not mind a broken entry of another host', () => {
    const auths = { 'broken.example': { auth: '!!!' }, 'ghcr.io': { auth: encode('me:secret') } };

    expect(authOf(auths, 'ghcr.io')).toBeDefined();
    expect(() => authOf(auths, 'broken.example')).toThrow(expect.objectContaining({ code: 'CREDENTIALS_INVALID' }));
  });

  it.each(['../../bin/evil', 'a b', 'x;rm', 5])('refuses the helper name %j', (name) => {
    const text = JSON.stringify({ credHelpers: { 'ghcr.io': name } });
    const refused = expect.objectContaining({ code: 'CREDENTIALS_INVALID' });

    expect(() => parseDockerConfig(text, 'config.json')).toThrow(refused);
  });

  it.each([
    '{"auths":{"ghcr.io":{"auth":"hunter2"',
    '["hunter2"]',
    '{"auths":["hunter2"]}',
    '{"auths":{"ghcr.io":{"auth":"aHVudGVyMg=="}}}',
  ])('repeats nothing of the broken file %#', (text) => {
    let error: unknown;
    try {
      find(text, 'ghcr.io');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(OciError);
    expect(inspect(error)).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it('answers any JSON with a configuration or a typed error', () => {
    const auths = fc.dictionary(fc.string(), fc.jsonValue());
    const likely = fc.record({ auths, credHelpers: fc.jsonValue(), credsStore: fc.jsonValue() });
    const text = fc.oneof(fc.string(), fc.json(), likely.map((value) => JSON.stringify(value)));
    fc.assert(
      fc.property(text, fc.string(), (config, host) => {
        try {
          find(config, host);
        } catch (error) {
          expect(error).toBeInstanceOf(OciError);
        }
      }),
    );
  });
});

describe('a key with a path', () => {
  const keys = ['host.example', 'host.example/x', 'host.example/x/team-a', 'host.example:5000/x', 'https://other.example/v2/x', '*.example/x/team-a'];

  it.each([
    ['host.example/x/team-a/app', 'host.example/x/team-a'],
    ['host.example/x/team-a', 'host.example/x/team-a'],
    ['host.example/x/team-ab', 'host.example/x'],
    ['host.example/x/team-ab/app', 'host.example/x'],
    ['host.example/x/team', 'host.example/x'],
    ['host.example/xy/team-a', 'host.example'],
    ['host.example/y/x/team-a', 'host.example'],
    ['host.example/y', 'host.example'],
    ['host.example', 'host.example'],
    ['host.example:5000/x/app', 'host.example:5000/x'],
    ['host.example:5000/y', undefined],
    ['host.example:443/x/team-a', undefined],
    ['other.example/x/app', 'https://other.example/v2/x'],
    ['other.example/y', undefined],
    ['third.example/x/team-a/app', '*.example/x/team-a'],
    ['third.example/x/app', undefined],
    ['a.host.example/x/team-a', undefined],
    ['host.example.evil/x/team-a/app', undefined],
    ['evilhost.example/y', undefined],
  ])('of those that hold %s is %s the longest', (place, key) => {
    expect(keyOf(keys, place)).toBe(key);
    expect(keyOf(keys.toReversed(), place)).toBe(key);
  });

  it.each([
    ['docker.io/team', 'docker.io/team/app'],
    ['index.docker.io/team', 'docker.io/team/app'],
    ['https://index.docker.io/v1/', 'docker.io/library/nginx'],
    ['https://registry-1.docker.io/v2/team/', 'docker.io/team/app'],
    ['host.example/team/', 'host.example/team/app'],
    ['HOST.example/team', 'host.example/team/app'],
  ])('%s holds %s', (key, place) => {
    expect(keyOf([key], place)).toBe(key);
  });

  it.each(['host.example//team', 'host.example/team//', '/team', 'user:secret@host.example/team', 'host.example/team?x', 'host.example/Team'])('%s holds nothing', (key) => {
    expect(keyOf([key], 'host.example/team/app')).toBeUndefined();
  });

  it('that a credential store left empty leaves the word to a shorter one', () => {
    const auths = { 'host.example/team': {}, 'host.example': { auth: encode('me:secret') } };

    expect(authOf(auths, 'host.example/team/app')).toMatchObject({ username: 'me' });
  });

  it('is never found for another host, and is the longest that ends at a slash, whatever the names', () => {
    const name = fc.stringMatching(/^[a-c]{1,2}$/);
    const place = fc.record({ host: fc.constantFrom('a.example', 'b.example', 'a.example:5000'), names: fc.array(name, { maxLength: 4 }) }).map(({ host, names }) => [host, ...names].join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(place, { minLength: 1, maxLength: 12 }), place, (kept, asked) => {
        const holders = kept.filter((key) => asked === key || asked.startsWith(`${key}/`));
        expect(keyOf(kept, asked)).toBe(holders.toSorted((one, other) => other.length - one.length)[0]);
      }),
    );
  });
});

describe('a * in the host of a key', () => {
  it.each([
    ['*.example.com', 'registry.example.com/app', true],
    ['registry.*.com', 'registry.example.com/app', true],
    ['reg*.example.com', 'registry.example.com/app', true],
    ['*.*.com', 'registry.example.com/app', true],
    ['*.example.com:5000', 'registry.example.com:5000/app', true],
    ['*.example.com', 'registry.example.com:5000/app', false],
    ['*.example.com', 'example.com/app', false],
    ['*.example.com', 'a.b.example.com/app', false],
    ['*example.com', 'registry.example.com/app', false],
    ['*.example.com', 'registry.example.com.evil/app', false],
    ['*.example.com', 'registryxexample.com/app', false],
    ['*', 'registry.example.com/app', false],
  ])('%s stands for one name: it holds %s: %s', (key, place, holds) => {
    expect(keyOf([key], place) !== undefined).toBe(holds);
  });
});

describe('parsePlace', () => {
  it.each(['docker.io', 'index.docker.io', 'https://index.docker.io/v1/', 'registry-1.docker.io'])('knows %s as Docker Hub', (key) => {
    expect(parsePlace(key)).toEqual({ host: 'docker.io', path: '' });
  });

  it.each(['evil-docker.io', 'docker.io.evil.example', 'docker.io@evil.example', ''])('does not know %j as Docker Hub', (key) => {
    expect(parsePlace(key)?.host).not.toBe('docker.io');
  });
});
