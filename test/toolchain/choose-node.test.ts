import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readSourceFiles, workspaceRoot } from '../rules/source-files.ts';

const run = promisify(execFile);

describe('the Node that the bootstrap chooses', () => {
  test.each([
    ['20.20.2', false],
    ['22.22.1', false],
    ['22.22.2', true],
    ['22.23.0', true],
    ['23.11.0', false],
    ['24.14.9', false],
    ['24.15.0', true],
    ['25.9.0', false],
    ['26.0.0', true],
    ['30.1.0', true],
  ])('%s counts as supported: %s', async (version, supported) => {
    expect(await ask(`isSupported(${JSON.stringify(version)})`)).toBe(supported);
  });

  test('is looked for where npm says that it runs, whatever npm has put on the PATH', async () => {
    const environment = { npm_config_user_agent: 'npm/11.19.1 node/v26.9.0 linux x64', npm_node_execpath: '/opt/node' };
    expect(await ask(`findCallersNode(${JSON.stringify(environment)})`)).toEqual({ version: '26.9.0', path: '/opt/node' });
  });

  test('is the one that runs the bootstrap where npm says nothing', async () => {
    expect(await ask('findCallersNode({})')).toEqual({ version: process.versions.node, path: process.execPath });
  });

  test('mirrors the engines of every package', () => {
    const manifests = ['capsule-schema', 'oci', 'packer', 'verifier', 'cli'].map((name) => {
      return JSON.parse(readFileSync(join(workspaceRoot, 'packages', name, 'package.json'), 'utf8'));
    });
    expect(new Set(manifests.map((manifest) => manifest.engines.node))).toEqual(new Set(['^22.22.2 || ^24.15.0 || >=26']));
  });
});

test('the bootstrap itself uses nothing that must be installed first', () => {
  const files = readSourceFiles('scripts/bootstrap').concat(readSourceFiles('scripts').filter(isEntry));
  const imports = files.flatMap(({ text }) => [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? ''));
  expect(imports.filter((name) => !/^(node:|\.)/.test(name))).toEqual([]);
});

function isEntry(file: { readonly path: string }): boolean {
  return file.path === 'scripts/bootstrap.mjs';
}

async function ask(expression: string): Promise<unknown> {
  const module = join(workspaceRoot, 'scripts/bootstrap/choose-node.mjs');
  const program = `import { findCallersNode, isSupported } from ${JSON.stringify(module)}; console.log(JSON.stringify(${expression}));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
  return JSON.parse(stdout);
}
