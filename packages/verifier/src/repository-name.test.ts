import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameRepository, normaliseRepository } from './repository-name.ts';

describe('normaliseRepository', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['library/nginx', 'docker.io/library/nginx'],
    ['docker.io/nginx', 'docker.io/library/nginx'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx'],
    ['registry-1.docker.io/example/app', 'docker.io/example/app'],
    ['example/app', 'docker.io/example/app'],
    ['GHCR.io/example/app', 'ghcr.io/example/app'],
    ['ghcr.io:443/example/app', 'ghcr.io/example/app'],
    ['localhost/app', 'localhost/app'],
    ['localhost:5000/app', 'localhost:5000/app'],
    ['[::1]:5000/app', '[::1]:5000/app'],
    ['registry:5000/app', 'registry:5000/app'],
  ])('reads %s as %s', (name, normalized) => {
    expect(normaliseRepository(name)).toBe(normalized);
  });

  it('keeps two ports of one host apart', () => {
    expect(isSameRepository('example.com:80/app', 'example.com/app')).toBe(false);
    expect(isSameRepository('example.com:4430/app', 'example.com/app')).toBe(false);
  });

  it('takes no look-alike for the name that it resembles', () => {
    const real = 'ghcr.io/example/app';
    const cyrillic = 'ghcr.io/ex\u0430mple/app';
    const others = [cyrillic, 'ghcr.io/Example/app', 'ghcr.io./example/app', `${real}/`, 'ghcr.io//example/app'];

    for (const other of others) expect([other, isSameRepository(real, other)]).toEqual([other, false]);
  });

  it('takes no other registry for Docker Hub', () => {
    expect(isSameRepository('docker.io.evil.example/library/nginx', 'nginx')).toBe(false);
    expect(isSameRepository('evil.example/docker.io/nginx', 'docker.io/nginx')).toBe(false);
  });

  it('leaves a normal name as it is', () => {
    const segment = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const registry = fc.constantFrom('', 'Docker.io/', 'ghcr.io/', 'A.example:443/', 'localhost:5000/');
    const name = fc
      .tuple(registry, fc.array(segment, { minLength: 1 }))
      .map(([prefix, path]) => prefix + path.join('/'));

    fc.assert(
      fc.property(name, (text) => {
        const normalized = normaliseRepository(text);
        expect(normaliseRepository(normalized)).toBe(normalized);
      }),
    );
  });
});
