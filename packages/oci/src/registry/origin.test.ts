import { describe, expect, it } from 'vitest';
import { repositoryOrigin } from './origin.ts';

describe('repositoryOrigin', () => {
  it.each([
    ['ghcr.io', 'acme/app', 'https://ghcr.io/v2/acme/app/'],
    ['localhost:5000', 'app', 'http://localhost:5000/v2/app/'],
    ['kind.localhost', 'app', 'http://kind.localhost/v2/app/'],
    ['127.0.0.1:5000', 'app', 'http://127.0.0.1:5000/v2/app/'],
    ['[::1]:5000', 'app', 'http://[::1]:5000/v2/app/'],
    ['192.168.1.5:5000', 'app', 'https://192.168.1.5:5000/v2/app/'],
    ['docker.io', 'alpine', 'https://registry-1.docker.io/v2/library/alpine/'],
    ['index.docker.io', 'acme/app', 'https://registry-1.docker.io/v2/acme/app/'],
  ])('finds the API of %s/%s', (registry, repository, url) => {
    expect(repositoryOrigin({ registry, repository }).url.href).toBe(url);
  });

  it('speaks plain HTTP, or TLS to loopback, where it is told to', () => {
    const remote = repositoryOrigin({ registry: 'registry.corp', repository: 'app' }, true);
    const local = repositoryOrigin({ registry: 'localhost:5000', repository: 'app' }, false);

    expect([remote.url.protocol, local.url.protocol]).toEqual(['http:', 'https:']);
  });
});
