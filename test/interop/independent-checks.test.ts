import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runGit, workspace } from './support/make-repository.ts';
import { parseReleased, type Released } from './support/released.ts';
import { Workbench } from './support/workbench.ts';

/** Recomputes Git's ids with Python's standard library: it shares no line with us. */
const gitIdsScript = join(import.meta.dirname, 'fixtures/git-ids.py');

interface CapsuleManifest {
  readonly config: { readonly data: string };
  readonly layers: readonly [{ readonly digest: string }];
}

let workbench: Workbench;
let released: Released;
let manifest: CapsuleManifest;

beforeAll(async () => {
  workbench = await Workbench.open();
  released = parseReleased(await workbench.succeed(workbench.releaseArguments('oci:capsules')));
  manifest = JSON.parse(readFileSync(blobPath(released.digest), 'utf8')) as CapsuleManifest;
  mkdirSync(join(workbench.path, 'by-tar'));
  await workbench.run('tar', '-xzf', blobPath(manifest.layers[0].digest), '-C', 'by-tar');
});

afterAll(() => workbench[Symbol.dispose]());

function blobPath(digest: string): string {
  return join(workbench.path, 'capsules/blobs', ...digest.split(':'));
}

describe('a capsule that GNU tar has unpacked', () => {
  test('has the package digest that the command in docs/format.md computes', async () => {
    const format = readFileSync(join(workspace, 'docs/format.md'), 'utf8');
    const command = /```sh\n(cd package\/kustomize .*sha256sum)\n```/.exec(format)?.[1];
    expect(command).toBeDefined();
    const printed = await workbench.run('sh', '-c', `cd by-tar && ${command ?? 'false'}`);
    expect(`sha256:${printed.split(' ')[0]}`).toBe(released.package.digest);
  });

  test('is listed by GNU tar as docs/format.md says: owners, modes and times in one form', async () => {
    const archive = blobPath(manifest.layers[0].digest);
    const listed = await workbench.run('env', 'TZ=UTC', 'tar', '--numeric-owner', '--full-time', '-tvzf', archive);
    const wanted = /^(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x) 0\/0 +\d+ 2026-01-02 03:04:05 [a-z]/;
    expect(listed.trimEnd().split('\n').filter((line) => !wanted.test(line))).toEqual([]);
  });

  test('is one that gzip itself finds whole', async () => {
    await expect(workbench.run('sh', '-c', `gzip -t < '${blobPath(manifest.layers[0].digest)}'`)).resolves.toBe('');
  });

  test('is in the commit: Python recomputes blobs, trees and commit from files and source proof alone', async () => {
    const record = Buffer.from(manifest.config.data, 'base64').toString();
    const { gitCommit, source } = JSON.parse(record) as { gitCommit: string; source: { path: string; tree: string } };
    const args = ['by-tar/package/kustomize', 'by-tar/metadata/source-proof.json', source.path];
    const computed: unknown = JSON.parse(await workbench.run('python3', gitIdsScript, ...args));
    expect(computed).toEqual({ commit: gitCommit, tree: source.tree, treeInCommit: source.tree });
    expect(source.tree).toBe(runGit(join(workbench.path, 'app'), 'rev-parse', 'HEAD:k8s/kustomize').trim());
  });

  test('names its parts by SHA-256, as sha256sum computes it', async () => {
    for (const digest of [released.digest, manifest.layers[0].digest]) {
      const printed = await workbench.run('sha256sum', '--', blobPath(digest));
      expect(`sha256:${printed.split(' ')[0]}`).toBe(digest);
    }
    const record = Buffer.from(manifest.config.data, 'base64');
    expect(readFileSync(blobPath(`sha256:${createHash('sha256').update(record).digest('hex')}`))).toEqual(record);
  });
});
