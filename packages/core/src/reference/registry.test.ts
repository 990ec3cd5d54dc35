import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseRegistry, spellInFull } from './registry.ts';

describe('normaliseRegistry', () => {
  it.each([
    ['GHCR.io', 'ghcr.io'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['registry:5000', 'registry:5000'],
    ['[0:0:0:0:0:0:0:1]:5000', '[::1]:5000'],
    ['10.0.0.1', '10.0.0.1'],
  ])('spells %s as %s', (text, name) => {
    expect(normaliseRegistry(text)).toBe(name);
  });

  it.each(['', ':80', 'a:0', 'a:080', 'a:65536', 'a:80:80', 'a..b', 'a.', '-a', 'a_b', '[:]', '[1]', '[fe80::1%25eth0]', '0x7f.1', '127.1', 'a/b', 'é', 'a'.repeat(300)])(
    'takes %j for no host that can be reached',
    (text) => {
      expect(normaliseRegistry(text)).toBeUndefined();
    },
  );
});

describe('spellInFull', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['acme/web', 'docker.io/acme/web'],
    ['index.docker.io/nginx', 'docker.io/library/nginx'],
    ['GHCR.io:443/acme/web', 'ghcr.io/acme/web'],
    ['LOCALHOST:5000/web', 'localhost:5000/web'],
    ['[0:0::1]/web', '[::1]/web'],
    ['ghcr.io/Acme/Web', 'ghcr.io/Acme/Web'],
  ])('spells %s as %s', (name, full) => {
    expect(spellInFull(name)).toBe(full);
  });

  it('leaves what is spelled in full', () => {
    const host = fc.constantFrom('ghcr.io', 'docker.io', 'localhost', 'registry:5000', '[::1]', '[::1]:5000', 'index.docker.io', 'ghcr.io:443', 'acme', '');
    const path = fc.stringMatching(/^[a-z0-9]{1,4}(?:\/[a-z0-9]{1,4}){0,2}$/);
    fc.assert(
      fc.property(host, path, (first, rest) => {
        const full = spellInFull(first === '' ? rest : `${first}/${rest}`);
        expect(spellInFull(full)).toBe(full);
      }),
    );
  });
});
