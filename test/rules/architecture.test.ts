import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listImports, readSourceFiles, type SourceFile, withoutComments, workspaceRoot } from './source-files.ts';

interface Room {
  readonly name: string;
  /** Packages of ours that it may import. */
  readonly ours: readonly string[];
  /** Packages of others that it may import: each costs start-up time and trust. */
  readonly others: readonly string[];
  /** Only where other programs are run: git, credential helpers, kustomize, Helm. */
  readonly runsPrograms: boolean;
}

const core = '@release-capsule/core';
const schema = '@release-capsule/schema';
const oci = '@release-capsule/oci';
const packer = '@release-capsule/packer';
const promoter = '@release-capsule/promoter';
const verifier = '@release-capsule/verifier';
const service = '@release-capsule/verifier/service';

const rooms: Readonly<Record<string, Room>> = {
  core: { name: core, ours: [], others: [], runsPrograms: false },
  'capsule-schema': { name: schema, ours: [core], others: ['fflate', 'semver', 'yaml'], runsPrograms: false },
  oci: { name: oci, ours: [core], others: [], runsPrograms: true },
  packer: {
    name: packer,
    ours: [core, schema, oci],
    others: ['@noble/ciphers', '@sigstore/bundle', '@sigstore/core', '@sigstore/sign', 'yaml'],
    runsPrograms: true,
  },
  promoter: { name: promoter, ours: [core, schema, oci], others: ['yaml'], runsPrograms: true },
  verifier: {
    name: verifier,
    ours: [core, schema, oci],
    others: ['@sigstore/bundle', '@sigstore/core', '@sigstore/protobuf-specs', '@sigstore/tuf', '@sigstore/verify', 'prom-client', 'tuf-js', 'undici'],
    runsPrograms: false,
  },
  cli: {
    name: 'release-capsule',
    ours: [schema, oci, packer, promoter, verifier, service],
    others: ['commander'],
    runsPrograms: true,
  },
};

const testTools = ['vitest', 'fast-check'];

describe.each(Object.entries(rooms))('packages/%s', (folder, room) => {
  const files = readSourceFiles(join('packages', folder, 'src'));
  const sources = readSources(folder);
  const manifest = readManifest(folder);

  test('declares no dependency that it is not permitted', () => {
    const declared = Object.keys({ ...manifest.dependencies, ...(folder === 'cli' ? manifest.devDependencies : {}) });
    expect(declared.filter((name) => ![...room.ours, ...room.others].includes(name))).toEqual([]);
    expect(manifest.name).toBe(room.name);
  });

  test('imports only what it is permitted', () => {
    const permitted = [...room.ours, ...room.others];
    const offences = sources.flatMap((file) => outsideImports(file).filter((name) => !isPermitted(name, permitted)).map(at(file)));
    expect(offences).toEqual([]);
  });

  test('tests import nothing beyond that but the tools of testing', () => {
    const permitted = [...room.ours, ...room.others, ...testTools, ...Object.keys(manifest.devDependencies ?? {})];
    const tests = files.filter((file) => file.isTest);
    const offences = tests.flatMap((file) => outsideImports(file).filter((name) => !isPermitted(name, permitted)).map(at(file)));
    expect(offences).toEqual([]);
  });

  test('reaches its own files by paths that stay inside it and name the file', () => {
    const offences = files.flatMap((file) => {
      const inside = listImports(file.text).filter((name) => name.startsWith('.'));
      return inside.filter((name) => !staysInside(folder, file, name) || !/\.(ts|json)$/.test(name)).map(at(file));
    });
    expect(offences).toEqual([]);
  });
});

const libraries = Object.entries(rooms).filter(([folder]) => folder !== 'cli');
const pureRooms = Object.entries(rooms).filter(([, room]) => !room.runsPrograms);

test.each(libraries)('packages/%s publishes what it exports here, but for the sources', (folder) => {
  const manifest = readManifest(folder);
  expect(manifest.publishConfig.exports).toEqual(withoutSources(manifest.exports ?? {}));
});

test.each(libraries)('packages/%s neither prints, exits nor reads the environment', (folder) => {
  const forbidden = /\bconsole\.\w+|\bprocess\.(env|exit|exitCode|argv|stdin|stdout|stderr|chdir|abort)\b/g;
  const offences = readSources(folder).flatMap((file) => {
    return [...withoutComments(file.text).matchAll(forbidden)].map(([use]) => at(file)(use));
  });
  expect(offences).toEqual([]);
});

test.each(pureRooms)('packages/%s runs no other program', (folder) => {
  const offences = readSources(folder).filter((file) => listImports(file.text).includes('node:child_process'));
  expect(offences.map((file) => file.path)).toEqual([]);
});

test('undici, which takes some 90 ms to load, is imported by the guard of the service alone', () => {
  const importers = Object.keys(rooms).flatMap(readSources).filter((file) => listImports(file.text).includes('undici'));
  expect(importers.map((file) => file.path)).toEqual(['packages/verifier/src/service/network/guarded-fetch.ts']);
});

test('what a program imports of the verifier does not load the service', () => {
  const offences = readSources('verifier').filter((file) => !file.path.includes('/src/service/')).flatMap((file) => {
    return listImports(file.text).filter((name) => /(^|\/)service\//.test(name)).map(at(file));
  });
  expect(offences).toEqual([]);
});

test('every package has its rules here', () => {
  const folders = new Set(readSourceFiles('packages').map((file) => file.path.split('/')[1] ?? ''));
  expect([...folders].sort()).toEqual(Object.keys(rooms).sort());
});

function readSources(folder: string): readonly SourceFile[] {
  return readSourceFiles(join('packages', folder, 'src')).filter((file) => !file.isTest);
}

type Exports = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

interface Manifest {
  readonly name: string;
  readonly exports?: Exports;
  readonly publishConfig: { readonly exports?: Exports };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The condition `source` serves this workspace; bundlers of others would follow it to files that are not packed. */
function withoutSources(exports: Exports): Exports {
  const entries = Object.entries(exports).map(([path, target]) => {
    if (typeof target === 'string') return [path, target];
    return [path, Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== 'source'))];
  });
  return Object.fromEntries(entries);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(workspaceRoot, 'packages', folder, 'package.json'), 'utf8'));
}

/** What is neither a file of the package, nor Node's own, nor generated from the package's schemas. */
function outsideImports(file: SourceFile): readonly string[] {
  return listImports(file.text).filter((name) => !/^(\.|node:|#generated\/)/.test(name));
}

/** Our own packages are imported by name alone: what else they hold is not public. */
function isPermitted(name: string, permitted: readonly string[]): boolean {
  if (permitted.includes(name)) return true;
  const owner = name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
  return permitted.includes(owner) && !owner.startsWith('@release-capsule/');
}

function staysInside(folder: string, file: SourceFile, specifier: string): boolean {
  const target = relative(join('packages', folder, 'src'), join(dirname(file.path), specifier));
  return !target.startsWith('..') || (folder === 'cli' && target === '../package.json');
}

function at(file: SourceFile): (what: string) => string {
  return (what) => `${file.path}: ${what}`;
}
