import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OciError } from '../../errors.ts';
import { credentialHost } from './credential-host.ts';
import { parseDockerConfig } from './docker-config.ts';

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function authOf(auths: Readonly<Record<string, unknown>>, host: string): unknown {
  return parseDockerConfig(JSON.stringify({ auths }), 'config.json').auth(host);
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
    '*.example:5000',
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
      parseDockerConfig(text, 'config.json').auth('ghcr.io');
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
          parseDockerConfig(config, 'config.json').auth(host);
        } catch (error) {
          expect(error).toBeInstanceOf(OciError);
        }
      }),
    );
  });
});

describe('credentialHost', () => {
  it.each(['docker.io', 'index.docker.io', 'https://index.docker.io/v1/', 'registry-1.docker.io'])(
    'knows %s as Docker Hub',
    (key) => {
      expect(credentialHost(key)).toBe('docker.io');
    },
  );

  const others = ['evil-docker.io', 'docker.io.evil.example', 'docker.io@evil.example', ''];
  it.each(others)('does not know %j as Docker Hub', (key) => {
    expect(credentialHost(key)).not.toBe('docker.io');
  });
});
