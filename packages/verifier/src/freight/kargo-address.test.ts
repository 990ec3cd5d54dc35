import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kargoChartName } from './kargo-chart-name.ts';
import { kargoGitUrl } from './kargo-git-url.ts';

// Expected values were computed by Kargo's own functions.
describe('kargoGitUrl', () => {
  it.each([
    ['https://github.com/Example/App.git', 'https://github.com/example/app'],
    ['https://user:pw@git.example.com:8443/a/b.git/', 'https://git.example.com:8443/a/b'],
    ['http://h/a//', 'http://h/a/'],
    ['https://h/a.git.git', 'https://h/a.git'],
    ['  HTTPS://H/x ', 'https://h/x'],
    ["https://h/~u/(x)!*$&+,=:@'", "https://h/~u/(x)!*$&+,=:@'"],
    ['ssh://git@h:22/a/b.git', 'ssh://git@h:22/a/b'],
    ['git@github.com:Example/App.git', 'ssh://git@github.com/example/app'],
    ['git@h:/a/b', 'ssh://git@h//a/b'],
    ['github.com:a/b/', 'ssh://github.com/a/b'],
    ['git@h:', 'ssh://git@h'],
  ])('writes %s as %s', (address, normalized) => {
    expect(kargoGitUrl(address)).toBe(normalized);
  });

  it.each([
    'https://h/a%2Fb',
    'https://h/x?y=z',
    'https://h/x#y',
    'https://h/\u00e9',
    'h:22:x',
    'file:///x',
    '',
    'x y',
    'https://',
  ])('does not guess at %j', (address) => {
    expect(kargoGitUrl(address)).toBeUndefined();
  });

  it('answers any text in time that grows with its length only', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void kargoGitUrl(text)));
    const started = performance.now();
    for (const text of ['a.'.repeat(50_000), `git@${'a-'.repeat(50_000)}:`, `https://${'a:'.repeat(50_000)}`]) {
      kargoGitUrl(`${text}\u0000`);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('kargoChartName', () => {
  it.each([
    ['https://charts.example.com', 'web', 'https:/charts.example.com/web'],
    ['https://charts.example.com/Stable/', 'web', 'https:/charts.example.com/stable/web'],
    ['https://charts.example.com:8443', 'web', 'https:/charts.example.com/web'],
    ['https://charts.example.com:8443/x', 'Web', 'https:/charts.example.com:8443/x/Web'],
    ['oci://ghcr.io/Example/Chart', '', 'ghcr.io/example/chart'],
    ['oci://registry-1.docker.io/bitnamicharts/redis', '', 'bitnamicharts/redis'],
    ['oci://index.docker.io/library/redis', '', 'redis'],
    ['oci://docker.io/x', '', 'docker.io/x'],
    ['oci://localhost:5000/a/b', '', 'localhost:5000/a/b'],
  ])('writes %s and %j as %s', (repository, name, joined) => {
    expect(kargoChartName(repository, name)).toBe(joined);
  });

  it.each([
    ['https://h/../x', 'web'],
    ['https://h/x', '..'],
    ['https://h/x', 'a/b'],
    ['https://u:p@h/x', 'web'],
    ['oci://h.io', ''],
    ['', ''],
  ])('does not guess at %j and %j', (repository, name) => {
    expect(kargoChartName(repository, name)).toBeUndefined();
  });
});
