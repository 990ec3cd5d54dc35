import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLayout } from '@release-capsule/oci';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Files } from './releases/git-repository.ts';
import { noise } from './releases/packages.ts';
import { packagePath, release, smallKustomization } from './releases/release.ts';
import { newKey, type TestKey } from './releases/signing.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const MB = 1_000_000;
const directory = temporaryDirectory();
let key: TestKey;

beforeAll(async () => {
  key = await newKey();
});

/** Packs a package of files of this many bytes into a layout; returns where it lies and its digest. */
async function capsuleOf(name: string, sizes: readonly number[]): Promise<{ readonly place: string; readonly digest: string }> {
  const place = join(directory, name);
  mkdirSync(place);
  writeFileSync(join(place, 'cosign.pub'), key.publicKeyPem);
  const large = sizes.map((size, at) => [`${packagePath}/large-${at}.bin`, noise(size)] as const);
  const files: Files = { [`${packagePath}/kustomization.yaml`]: smallKustomization, ...Object.fromEntries(large) };
  const store = await openLayout(join(place, 'layout'), { create: true });
  const { descriptor } = await release(store, directory, { key, files });
  return { place, digest: descriptor.digest };
}

/** Verifies and unpacks in a process of its own; returns its peak of resident memory in bytes. */
function peakOf({ place, digest }: { readonly place: string; readonly digest: string }): number {
  const script = join(import.meta.dirname, 'releases/measure-process.ts');
  const printed = execFileSync(process.execPath, ['--conditions=source', script, place, digest], { encoding: 'utf8' });
  expect(statSync(join(place, 'target/package/kustomize/large-0.bin')).size).toBeGreaterThan(MB);
  rmSync(join(place, 'target'), { recursive: true });
  return Number(printed) * 1024;
}

describe.skipIf(!existsSync('/proc/self/status'))('verifying and unpacking', () => {
  it('takes no more memory for 90 MB than for 10 MB, but for what a garbage collector leaves lying', async () => {
    const small = await capsuleOf('small', [10 * MB]);
    const large = await capsuleOf('large', [45 * MB, 45 * MB]);

    const growth = median([peakOf(large), peakOf(large), peakOf(large)]) - median([peakOf(small), peakOf(small), peakOf(small)]);

    expect(growth).toBeLessThan(60 * MB);
  }, 240_000);
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
