import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { exampleRecord } from '../testing/records.ts';
import { refusal } from '../testing/refusal.ts';
import { parseReleaseRecord } from './parse-release.ts';
import { normaliseSourceUrl } from './source-url.ts';

describe('normaliseSourceUrl', () => {
  it.each([
    ['https://github.com/example/app', 'https://github.com/example/app'],
    ['https://github.com/example/app.git', 'https://github.com/example/app'],
    ['https://github.com/example/app/', 'https://github.com/example/app'],
    ['https://github.com/example/app.git/', 'https://github.com/example/app'],
    ['https://github.com/example/app.git/.git', 'https://github.com/example/app'],
    ['https://github.com/example/app.git.git//', 'https://github.com/example/app'],
    ['  https://github.com/example/app\n', 'https://github.com/example/app'],
    ['HTTPS://GitHub.COM/Example/App', 'https://github.com/Example/App'],
    ['https://user:secret@github.com/example/app', 'https://github.com/example/app'],
    ['https://github.com/example/app?token=secret#main', 'https://github.com/example/app'],
    ['https://github.com:443/example/app', 'https://github.com/example/app'],
    ['https://git.example:8443/app', 'https://git.example:8443/app'],
    ['http://git.example/app', 'http://git.example/app'],
    ['http://git.example:3000/app', 'http://git.example:3000/app'],
    ['git@github.com:example/app.git', 'https://github.com/example/app'],
    ['github.com:example/app', 'https://github.com/example/app'],
    ['git@github.com:/example/app.git', 'https://github.com/example/app'],
    ['ssh://git@github.com/example/app.git', 'https://github.com/example/app'],
    ['ssh://git@git.example:2222/example/app.git', 'https://git.example/example/app'],
    ['git+ssh://git@github.com/example/app', 'https://github.com/example/app'],
    ['git+https://github.com/example/app.git', 'https://github.com/example/app'],
    ['git://git.example:9418/app', 'https://git.example/app'],
    ['https://git.example/a/../b/./app', 'https://git.example/b/app'],
    ['https://git.example/a/%2e%2e/app', 'https://git.example/app'],
    ['https://git.example\\a\\app', 'https://git.example/a/app'],
    ['https://git.example/~user/app', 'https://git.example/~user/app'],
    ['https://git.example/@scope/app', 'https://git.example/%40scope/app'],
    ['https://git.example/a b/ü', 'https://git.example/a%20b/%C3%BC'],
    ['https://bücher.example/app', 'https://xn--bcher-kva.example/app'],
    ['https://[::1]/app', 'https://[::1]/app'],
  ])('makes %j %s', (text, normal) => {
    expect(normaliseSourceUrl(text)).toBe(normal);
    expect(normaliseSourceUrl(normal)).toBe(normal);
  });

  it.each([
    '',
    'app',
    './app',
    '/srv/git/app',
    'file:///srv/git/app',
    'javascript://example/app',
    'ftp://example/app',
    'C:\\git\\app',
    'https://',
    'https://github.com',
    'https://github.com/',
    'https://github.com/.git',
    'https://github.com//',
    'https://github.com/a//b',
    'https://exa mple.com/app',
    'https://example.com:99999/app',
    'https://git.example/%zz/app',
    'git@github.com:',
    'git@github.com:.git',
    'git.example:...git',
    'https://git.example/a/..git',
    `https://git.example/${'a'.repeat(1024)}`,
  ])('refuses %j', (text) => {
    expect(() => normaliseSourceUrl(text)).toThrow(refusal('SOURCE_URL_INVALID'));
  });

  it('does not repeat a password that it was given', () => {
    for (const text of ['https://user:hunter2@', 'ftp://user:hunter2@host/app', 'https://u:hunter2@h/%zz']) {
      expect(() => normaliseSourceUrl(text)).toThrow(/^(?!.*hunter2)/);
    }
  });

  const words = fc.constantFrom('https://', 'git@', 'ssh://', 'h.example', '.git', '..', ...Array.from(':/a@?#\\é '));
  const addresses = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(''));

  it('gives an address that stays as it is and that a record can hold, or a typed error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string(), addresses), (text) => {
        const normal = normalisedOrRefused(text);
        if (normal === undefined) return;
        expect(normaliseSourceUrl(normal)).toBe(normal);
        const record = exampleRecord({ source: { ...exampleRecord().source, repoURL: normal } });
        expect(parseReleaseRecord(record)).toEqual(record);
      }),
      { numRuns: 1000 },
    );
  });
});

function normalisedOrRefused(text: string): string | undefined {
  try {
    return normaliseSourceUrl(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SchemaError);
    return undefined;
  }
}
