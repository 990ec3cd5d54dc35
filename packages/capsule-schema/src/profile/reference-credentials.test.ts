import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceptionOf, notAllowed } from './outside-reference.ts';
import { findOutsideReferences } from './find-outside-references.ts';
import { hasCredentials, redactCredentials } from './reference-credentials.ts';

describe('redactCredentials', () => {
  it.each([
    ['https://bot:letmein@git.example.com/a.git', 'https://***@git.example.com/a.git'],
    ['https://letmein@git.example.com/a.git', 'https://***@git.example.com/a.git'],
    ['https://bot:let@me@in@git.example.com/a', 'https://***@git.example.com/a'],
    ['https://bot:let/me/in@git.example.com/a', 'https://***@git.example.com/a'],
    ['git::https://bot:letmein@git.example.com//a', 'git::https://***@git.example.com//a'],
    ['ssh://bot:letmein@git.example.com/a', 'ssh://***@git.example.com/a'],
    ['bot:letmein@git.example.com:a/b', '***@git.example.com:a/b'],
    ['https://example.com/a?ref=v1&token=letmein', 'https://example.com/a?ref=v1&token=***'],
    ['https://example.com/a?X-Amz-Signature=letmein&x=1', 'https://example.com/a?X-Amz-Signature=***&x=1'],
    ['git::ssh://git@example.com/a?sshkey=letmein', 'git::ssh://git@example.com/a?sshkey=***'],
  ])('hides those of %s', (text, redacted) => {
    expect(redactCredentials(text)).toBe(redacted);
    expect(redactCredentials(`It is ${JSON.stringify(text)}.`)).not.toContain('letmein');
    expect(hasCredentials(text)).toBe(true);
  });

  it.each([
    'https://github.com/example/base1//deploy?ref=v1.2.1',
    'git@github.com:example/base.git?ref=main',
    'ssh://git@github.com/example/base.git',
    'git::https://git@github.com/example/base',
    'https://example.com:8443/a@v1/b.yaml',
    'oci://registry.example.com:5000/chart@sha256:aa',
    'nginx:1.25@sha256:aa',
    'redis@17.0.0',
    '../base?depth=1',
  ])('leaves %s as it is', (text) => {
    expect(redactCredentials(text)).toBe(text);
  });

  it('shows no password, whatever it is made of', () => {
    const password = fc.string({ unit: fc.constantFrom('S', 'e', ':', '@', '%', '-', '_', '~', '!'), minLength: 1, maxLength: 12 }).map((text) => `S3${text}cr`);
    fc.assert(
      fc.property(password, (text) => {
        const redacted = redactCredentials(`https://user:${text}@host.example/path`);
        expect(redacted).toBe('https://***@host.example/path');
        expect(redactCredentials(redacted)).toBe(redacted);
      }),
    );
  });

  it.each(['://a:', '@', '://@', 'a:b@', '?token=', 'https://a'])('takes no quadratic time for %s without end', (piece) => {
    const started = process.cpuUsage();
    redactCredentials(`${piece.repeat(4000)} @`);

    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(3);
  });
});

describe('an address with credentials', () => {
  const address = 'https://bot:letmein@git.example.com/base//deploy?ref=v1';
  const files = new Map([['kustomization.yaml', `resources: ["${address}"]\n`]]);
  const find = async () => findOutsideReferences({ paths: files.keys(), read: (path) => Buffer.from(files.get(path) ?? '') });

  it('is refused without being shown', async () => {
    const [found] = await find();

    expect(found).toMatchObject({ reason: 'credentials', reference: 'https://***@git.example.com/base//deploy?ref=v1' });
    expect(JSON.stringify(found)).not.toContain('letmein');
  });

  it('has no exception, neither by its text nor as it is shown', async () => {
    const found = await find();

    expect(found.map(exceptionOf)).toEqual([undefined]);
    expect(notAllowed(found, [address, 'https://***@git.example.com/base//deploy?ref=v1', ''])).toEqual(found);
  });
});
