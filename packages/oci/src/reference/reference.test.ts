import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../digest.ts';
import { OciError } from '../errors.ts';
import { bytesOf } from '../testing/collect.ts';
import { expectCode } from '../testing/expect-code.ts';
import { formatReference, parseReference } from './reference.ts';
import type { LayoutReference, Reference } from './reference-types.ts';
import { registryApiHost } from './registry-host.ts';

const digest = digestOf(bytesOf('{}'));
const sha512 = digestOf(bytesOf('{}'), 'sha512');

describe('parseReference of layouts', () => {
  it.each<[string, Omit<LayoutReference, 'kind'>]>([
    ['oci:layout', { directory: 'layout' }],
    ['oci:./a/b:v1', { directory: './a/b', tag: 'v1' }],
    ['oci:/srv/layout/', { directory: '/srv/layout' }],
    ['oci:/', { directory: '/' }],
    [`oci:/srv/layout@${digest}`, { directory: '/srv/layout', digest }],
    [`oci:layout@${sha512}`, { directory: 'layout', digest: sha512 }],
    ['oci:C:\\layout', { directory: 'C:\\layout' }],
    ['oci:C:\\layout:v1', { directory: 'C:\\layout', tag: 'v1' }],
    ['oci:C:/layout', { directory: 'C:/layout' }],
    ['oci:a:b/c', { directory: 'a:b/c' }],
    ['oci:a:b/', { directory: 'a:b' }],
    ['oci:a:b/:v1', { directory: 'a:b', tag: 'v1' }],
    ['oci:a:b:v1', { directory: 'a:b', tag: 'v1' }],
    ['oci:a@b:v1', { directory: 'a@b', tag: 'v1' }],
    ['oci:a@b', { directory: 'a@b' }],
    ['oci:my dir:not a tag', { directory: 'my dir:not a tag' }],
  ])('reads %s', (text, expected) => {
    expect(parseReference(text)).toEqual({ kind: 'layout', ...expected });
  });

  it.each([
    ['oci:', 'no directory'],
    ['oci::v1', 'no directory'],
    [`oci:@${digest}`, 'no directory'],
    ['oci:layout:', 'tag is empty'],
    ['oci:layout@', 'not a digest'],
    ['oci:layout@sha256:123', 'not a digest'],
    [`oci:layout@${digest.toUpperCase()}`, 'not a digest'],
    [`oci:layout:v1@${digest}`, 'a tag and a digest'],
    ['oci:lay\0out', 'NUL'],
    ['oci://ghcr.io/example/app:v1', 'URL scheme'],
  ])('refuses %.60s', async (text, rule) => {
    const error = await expectCode('REFERENCE_INVALID', () => parseReference(text));
    expect(error.message).toContain(rule);
  });
});

describe('parseReference of registries', () => {
  it.each([
    ['ghcr.io/example/app', 'ghcr.io', 'example/app'],
    ['GHCR.io/example/app', 'ghcr.io', 'example/app'],
    ['localhost/x', 'localhost', 'x'],
    ['localhost:5000/a/b/c', 'localhost:5000', 'a/b/c'],
    ['registry:5000/x', 'registry:5000', 'x'],
    ['127.0.0.1:5000/x', '127.0.0.1:5000', 'x'],
    ['[::1]:5000/x', '[::1]:5000', 'x'],
    ['[0:0:0:0:0:0:0:1]/x', '[::1]', 'x'],
    ['[2001:DB8::1]/x', '[2001:db8::1]', 'x'],
    ['docker.io/alpine', 'docker.io', 'library/alpine'],
    ['index.docker.io/example/app', 'docker.io', 'example/app'],
    ['registry-1.docker.io/library/alpine', 'docker.io', 'library/alpine'],
    ['example.com/a__b/c-d/e--f/g.h', 'example.com', 'a__b/c-d/e--f/g.h'],
  ])('reads %s', (text, registry, repository) => {
    expect(parseReference(text)).toEqual({ kind: 'registry', registry, repository });
    expect(parseReference(`${text}:V_1.0-x`)).toEqual({ kind: 'registry', registry, repository, tag: 'V_1.0-x' });
    expect(parseReference(`${text}@${digest}`)).toEqual({ kind: 'registry', registry, repository, digest });
    expect(parseReference(`${text}:v1@${sha512}`)).toEqual({
      kind: 'registry',
      registry,
      repository,
      tag: 'v1',
      digest: sha512,
    });
  });

  it.each([
    ['', 'names no registry'],
    ['alpine', 'names no registry'],
    ['alpine:3', 'names no registry'],
    ['example/app', 'names no registry'],
    [`alpine@${digest}`, 'names no registry'],
    ['ghcr.io', 'names no registry'],
    ['ghcr.io/', 'not a repository'],
    ['ghcr.io//x', 'not a repository'],
    ['ghcr.io/x/', 'not a repository'],
    ['ghcr.io/Example/app', 'not a repository'],
    ['ghcr.io/../etc', 'not a repository'],
    ['ghcr.io/a..b', 'not a repository'],
    ['ghcr.io/a___b', 'not a repository'],
    ['ghcr.io/a/%2e%2e/b', 'not a repository'],
    ['ghcr.io/a?b', 'not a repository'],
    ['ghcr.io/a#b', 'not a repository'],
    ['ghcr.io/a\n', 'not a repository'],
    ['ghcr.io/x:', 'not a tag'],
    ['ghcr.io/x:-a', 'not a tag'],
    [`ghcr.io/x:${'a'.repeat(129)}`, 'not a tag'],
    ['ghcr.io/x:a:b', 'not a tag'],
    ['ghcr.io/x@sha256:12', 'not a digest'],
    ['ghcr.io/x@', 'not a digest'],
    [`ghcr.io/x@${digest}@${digest}`, 'not a digest'],
    ['ghcr.io:0/x', 'not a host'],
    ['ghcr.io:65536/x', 'not a host'],
    ['ghcr.io:/x', 'not a host'],
    ['ghcr.io:080/x', 'not a host'],
    ['ghcr.io:80:80/x', 'not a host'],
    ['-ghcr.io/x', 'not a host'],
    ['ghcr..io/x', 'not a host'],
    ['ghcr.io./x', 'not a host'],
    ['[::1/x', 'not a host'],
    ['[fe80::1%25eth0]/x', 'not a host'],
    ['[127.0.0.1]/x', 'not a host'],
    [`ghcr.io/${'a'.repeat(300)}`, 'not a repository'],
    [`ghcr.io/${'a'.repeat(250)}`, 'longer than 255'],
    [`ghcr.io/${'a/'.repeat(5000)}a`, 'longer than 4096'],
  ])('refuses %.60s', async (text, rule) => {
    const error = await expectCode('REFERENCE_INVALID', () => parseReference(text));
    expect(error.message).toContain(rule);
  });

  it.each(['0x7f.1', '127.1.', '2130706433.', '0177.0.0.1', '127.0.1'])(
    'refuses the host %s, which a URL parser would turn into another one',
    async (host) => {
      await expectCode('REFERENCE_INVALID', () => parseReference(`${host}:5000/x`));
    },
  );

  it('says what to write in place of a URL', async () => {
    const error = await expectCode('REFERENCE_INVALID', () => parseReference('https://ghcr.io/example/app:v1'));
    expect(error.hint).toContain('write ghcr.io/example/app:v1');
  });

  it.each(['user:hunter2@ghcr.io/x', 'https://user:hunter2@ghcr.io/x', 'https://hunter2@ghcr.io'])(
    'does not repeat the password in %s',
    async (text) => {
      const error = await expectCode('REFERENCE_INVALID', () => parseReference(text));
      expect(`${error.message} ${error.hint}`).not.toContain('hunter2');
    },
  );
});

it('names the host of the API, which for Docker Hub is another', () => {
  expect(registryApiHost({ registry: 'docker.io' })).toBe('registry-1.docker.io');
  expect(registryApiHost({ registry: 'ghcr.io:8443' })).toBe('ghcr.io:8443');
});

describe('formatReference', () => {
  const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,20}$/);
  const suffix = fc.oneof(
    fc.constant({}),
    tag.map((text) => ({ tag: text })),
    fc.constantFrom(digest, sha512).map((text) => ({ digest: text })),
  );
  const directory = fc
    .oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-c:@/\\.]{1,12}$/), fc.constant(`a@${digest}`))
    .map((text) => text.replaceAll('\0', '').replace(/^\/+/, '/').replace(/(?<=.)\/+$/s, ''))
    .filter((text) => text !== '');
  const layout = fc
    .tuple(directory, suffix)
    .map(([path, rest]): Reference => ({ kind: 'layout', directory: path, ...rest }));
  const part = fc.stringMatching(/^[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,5}){0,2}$/);
  const registry = fc.tuple(
    fc.constantFrom('ghcr.io', 'docker.io', 'localhost', 'localhost:5000', '[::1]', '[::1]:1', '10.0.0.1:65535'),
    fc.array(part, { minLength: 2, maxLength: 5 }).map((parts) => parts.join('/')),
    fc.option(tag, { nil: undefined }),
    fc.constantFrom(undefined, digest, sha512),
  );
  const place = registry.map(([host, repository, text, hash]): Reference => ({
    kind: 'registry',
    registry: host,
    repository,
    ...(text === undefined ? {} : { tag: text }),
    ...(hash === undefined ? {} : { digest: hash }),
  }));

  it('writes what parseReference reads back', () => {
    fc.assert(
      fc.property(fc.oneof(layout, place), (reference) => {
        expect(parseReference(formatReference(reference))).toEqual(reference);
      }),
      { numRuns: 1000 },
    );
  });

  it('writes the one spelling of whatever parseReference takes, and everything else is a typed error', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^(oci:)?[a-z.:@/[\]0-9-]{0,30}$/),
      fc.string().map((rest) => `ghcr.io/${rest}`),
      fc.string().map((rest) => `oci:${rest}`),
    );
    fc.assert(
      fc.property(text, (input) => {
        const reference = attempt(() => parseReference(input));
        if (reference === undefined) return;
        expect(parseReference(formatReference(reference))).toEqual(reference);
      }),
      { numRuns: 2000 },
    );
  });
});

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    expect(error).toBeInstanceOf(OciError);
    return undefined;
  }
}
