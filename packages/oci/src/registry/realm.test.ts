import { describe, expect, it } from 'vitest';
import { hostList } from './host-list.ts';
import { parseRealm } from './realm.ts';

const none = hostList([]);

describe('parseRealm', () => {
  it.each([
    ['https://ghcr.io/v2/', 'https://ghcr.io/token'],
    ['https://registry-1.docker.io/v2/', 'https://auth.docker.io/token'],
    ['https://registry.corp/v2/', 'https://10.1.2.3/jwt/auth'],
    ['https://registry.corp/v2/', 'https://192.168.7.7:8443/jwt/auth'],
    ['http://registry.corp/v2/', 'http://auth.corp/token'],
    ['http://127.0.0.1:5000/v2/', 'http://127.0.0.1:5001/token'],
    ['http://localhost:5000/v2/', 'http://[::1]:5001/token'],
    ['https://169.254.1.1:5000/v2/', 'https://169.254.1.1:5000/token'],
  ])('lets %s name %s', (registry, realm) => {
    expect(parseRealm(realm, new URL(registry), none).href).toBe(realm);
  });

  it.each([
    ['https://registry.corp/v2/', 'http://auth.corp/token'],
    ['https://registry.corp/v2/', 'https://127.0.0.1/token'],
    ['https://registry.corp/v2/', 'https://localhost/token'],
    ['https://registry.corp/v2/', 'https://169.254.169.254/latest/meta-data'],
    ['https://registry.corp/v2/', 'https://0x7f000001/token'],
    ['https://registry.corp/v2/', 'https://[::ffff:a9fe:a9fe]/token'],
    ['https://registry.corp/v2/', 'https://metadata.google.internal/token'],
    ['https://registry.corp/v2/', 'https://user:secret@auth.corp/token'],
    ['https://registry.corp/v2/', 'file:///etc/passwd'],
    ['https://registry.corp/v2/', '/token'],
    ['https://registry.corp/v2/', ''],
    ['http://registry.corp/v2/', 'http://127.0.0.1:8080/token'],
    ['http://127.0.0.1:5000/v2/', 'http://169.254.169.254/token'],
    ['https://169.254.1.1:5000/v2/', 'https://169.254.1.1:5001/token'],
  ])('does not let %s name %s (GHSA-xf85-363p-868w)', (registry, realm) => {
    expect(() => parseRealm(realm, new URL(registry), none)).toThrow(expect.objectContaining({ code: 'REALM_UNTRUSTED' }));
  });

  it('lets a registry name an internal host that is allowed, by that port alone', () => {
    const allowed = hostList(['127.0.0.1:8443']);
    const registry = new URL('https://registry.corp/v2/');

    expect(parseRealm('https://127.0.0.1:8443/token', registry, allowed).port).toBe('8443');
    expect(() => parseRealm('https://127.0.0.1:8444/token', registry, allowed)).toThrow(expect.objectContaining({ code: 'REALM_UNTRUSTED' }));
  });

  it('repeats no password in its message', () => {
    expect(() => parseRealm('https://user:hunter2@auth.corp/?key=s3cret', new URL('https://r.example/v2/'), none)).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/hunter2|s3cret/) }),
    );
  });
});
