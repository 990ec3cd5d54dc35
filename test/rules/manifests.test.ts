import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workspaceRoot } from './source-files.ts';

const repository = 'https://github.com/release-capsule/release-capsule';

interface Manifest {
  readonly description: string;
  readonly keywords: readonly string[];
  readonly homepage: string;
  readonly bugs: { readonly url: string };
  readonly license: string;
  readonly repository: { readonly directory: string };
  readonly engines: { readonly node: string };
  readonly exports?: unknown;
  readonly sideEffects?: boolean;
  readonly files: readonly string[];
}

describe.each(readdirSync(join(workspaceRoot, 'packages')))('the package in packages/%s', (folder) => {
  const directory = join(workspaceRoot, 'packages', folder);
  const manifest: Manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));

  test('says what it is for, and where to read and ask', () => {
    expect(manifest.description).toMatch(/\.$/);
    expect(manifest.keywords.length).toBeGreaterThan(3);
    expect(manifest.homepage).toBe(`${repository}/tree/main/packages/${folder}#readme`);
    expect(manifest.bugs.url).toBe(`${repository}/issues`);
    expect(manifest.repository.directory).toBe(`packages/${folder}`);
    expect(manifest.license).toBe('Apache-2.0');
    expect(existsSync(join(directory, 'README.md'))).toBe(true);
  });

  test('lists what is packed, each once and none of it a source', () => {
    expect(new Set(manifest.files).size).toBe(manifest.files.length);
    expect(manifest.files.filter((path) => path.startsWith('src'))).toEqual([]);
  });

  test('lets bundlers drop what is not used, where it is a library', () => {
    expect(manifest.sideEffects).toBe(manifest.exports === undefined ? undefined : false);
  });

  test('names links in its readme that work on a registry page too', () => {
    const links = [...readFileSync(join(directory, 'README.md'), 'utf8').matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !link.startsWith('https://'))).toEqual([]);
  });

  test('runs on the Node lines that all of them run on', () => {
    expect(manifest.engines.node).toBe('^22.22.2 || ^24.15.0 || >=26');
  });
});
