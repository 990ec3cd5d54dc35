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
  /** Only where other programs are run: git, credential helpers. */
  readonly runsPrograms: boolean;
}

const schema = '@release-capsule/schema';
const oci = '@release-capsule/oci';
const packer = '@release-capsule/packer';
const verifier = '@release-capsule/verifier';

const rooms: Readonly<Record<string, Room>> = {
  'capsule-schema': { name: schema, ours: [], others: ['fflate', 'yaml'], runsPrograms: false },
  oci: { name: oci, ours: [], others: [], runsPrograms: true },
  packer: {
    name: packer,
    ours: [schema, oci],
    others: ['@noble/ciphers', '@sigstore/bundle', '@sigstore/sign', 'yaml'],
    runsPrograms: true,
  },
  verifier: {
    name: verifier,
    ours: [schema, oci],
    others: ['@sigstore/bundle', '@sigstore/protobuf-specs', '@sigstore/verify', 'yaml'],
    runsPrograms: false,
  },
  cli: {
    name: 'release-capsule',
    ours: [schema, oci, packer, verifier],
    others: ['commander', 'yaml'],
    runsPrograms: true,
  },
};

const testTools = ['vitest', 'fast-check'];

describe.each(Object.entries(rooms))('packages/%s', (folder, room) => {
  const files = readSourceFiles(join('packages', folder, 'src'));
  const sources = files.filter((file) => !file.isTest);
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

  test.skipIf(room.runsPrograms)('runs no other program', () => {
    const offences = sources.filter((file) => listImports(file.text).includes('node:child_process'));
    expect(offences.map((file) => file.path)).toEqual([]);
  });

  test.skipIf(folder === 'cli')('neither prints, exits nor reads the environment', () => {
    const forbidden = /\bconsole\.\w+|\bprocess\.(env|exit|exitCode|argv|stdin|stdout|stderr|chdir|abort)\b/g;
    const offences = sources.flatMap((file) => [...withoutComments(file.text).matchAll(forbidden)].map(([use]) => at(file)(use)));
    expect(offences).toEqual([]);
  });
});

test('every package has its rules here', () => {
  const folders = new Set(readSourceFiles('packages').map((file) => file.path.split('/')[1] ?? ''));
  expect([...folders].sort()).toEqual(Object.keys(rooms).sort());
});

function readManifest(folder: string): {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
} {
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
