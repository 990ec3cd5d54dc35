import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readSourceFiles, workspaceRoot } from './rules/source-files.ts';

const read = (path: string): string => readFileSync(join(workspaceRoot, path), 'utf8');
const page = read('SECURITY.md');
const workflows = readdirSync(join(workspaceRoot, '.github/workflows')).map((name) => `.github/workflows/${name}`);
const manifests = readdirSync(join(workspaceRoot, 'packages')).map((name) => JSON.parse(read(`packages/${name}/package.json`)));
const isExact = (version: string): boolean => /^\d+\.\d+\.\d+$|^(?:catalog:|workspace:\*)$/.test(version);

describe('SECURITY.md says what is so:', () => {
  test('a test carries the name of each advisory, and each name in a test stands on the page', () => {
    const names = (text: string): readonly string[] => text.match(/GHSA(?:-[0-9a-z]{4}){3}|CVE-\d{4}-\d+/g) ?? [];
    const tested = readSourceFiles('packages').filter(({ isTest }) => isTest).flatMap(({ text }) => names(text));

    expect([...new Set(names(page))].sort()).toEqual([...new Set(tested)].sort());
  });

  test('dependencies are pinned exactly, by the catalog, the packages and the root', () => {
    const { catalog } = parse(read('pnpm-workspace.yaml'));
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
    const own = [JSON.parse(read('package.json')), ...manifests].flatMap((manifest) => kinds.flatMap((kind) => Object.entries({ ...manifest[kind] })));

    expect(Object.keys(catalog).length).toBeGreaterThan(10);
    expect([...Object.entries(catalog), ...own].filter(([, version]) => !isExact(String(version)))).toEqual([]);
  });

  test('the lock file has an integrity hash for each of them', () => {
    const resolutions = Object.values<{ readonly resolution: { readonly integrity?: string } }>(parse(read('pnpm-lock.yaml')).packages);

    expect(resolutions.length).toBeGreaterThan(100);
    expect(resolutions.filter(({ resolution }) => resolution.integrity?.startsWith('sha512-') !== true)).toEqual([]);
  });

  test('none of their install scripts runs', () => {
    const { allowBuilds, onlyBuiltDependencies, dangerouslyAllowAllBuilds } = parse(read('pnpm-workspace.yaml'));

    expect(Object.values(allowBuilds).filter((isAllowed) => isAllowed !== false)).toEqual([]);
    expect([onlyBuiltDependencies, dangerouslyAllowAllBuilds]).toEqual([undefined, undefined]);
  });

  test('actions are pinned by commit', () => {
    const uses = [...workflows, 'action.yml'].flatMap((path) => [...read(path).matchAll(/uses: (\S+)/g)].map((match) => match[1] ?? ''));

    expect(uses.length).toBeGreaterThan(3);
    expect(uses.filter((use) => !use.startsWith('./') && !/@[0-9a-f]{40}$/.test(use))).toEqual([]);
  });

  test("the image of GitLab's job is pinned by digest", () => {
    expect(read('packages/cli/src/init/templates/gitlab-job.ts')).toMatch(/^const image = 'node:24\.\d+\.\d+@sha256:[0-9a-f]{64}';$/m);
  });

  test('packages are published with provenance, and workflows hold no token for it', () => {
    const published = manifests.filter((manifest) => manifest.private !== true);

    expect(published.length).toBeGreaterThan(3);
    expect(published.filter(({ publishConfig }) => publishConfig?.provenance !== true)).toEqual([]);
    expect(workflows.flatMap((path) => read(path).match(/secrets\.\w+/g) ?? []).filter((name) => name !== 'secrets.GITHUB_TOKEN')).toEqual([]);
  });
});
