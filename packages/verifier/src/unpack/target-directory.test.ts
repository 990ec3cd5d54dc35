import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertReplaceable } from './assert-replaceable.ts';
import { TargetDirectory, type TargetOptions } from './target-directory.ts';

const fresh: TargetOptions = { replace: false, isDurable: false };
const replacing: TargetOptions = { replace: true, isDurable: false };

let parent = '';
let release = '';

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'target-'));
  release = join(parent, 'release');
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Makes a directory as an unpacked capsule is one. */
function putCapsule(directory: string, text: string): void {
  mkdirSync(join(directory, 'package'), { recursive: true });
  writeFileSync(join(directory, 'release.yaml'), text);
}

async function unpack(text: string, options: TargetOptions): Promise<void> {
  const target = await TargetDirectory.prepare(release, options);
  putCapsule(target.staging, text);
  await target.commit();
}

const content = (): string => readFileSync(join(release, 'release.yaml'), 'utf8');

describe('TargetDirectory', () => {
  it('shows nothing under the target before the commit, and nothing beside it after', async () => {
    const target = await TargetDirectory.prepare(release, fresh);
    putCapsule(target.staging, 'new');

    expect(readdirSync(parent)).not.toContain('release');
    await target.commit();
    expect(readdirSync(parent)).toEqual(['release']);
  });

  it('refuses a target that exists, unless it may replace it', async () => {
    putCapsule(release, 'old');

    await expect(TargetDirectory.prepare(release, fresh)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    await unpack('new', replacing);
    expect(content()).toBe('new');
    expect(readdirSync(parent)).toEqual(['release']);
  });

  it('refuses a target that appears while it writes', async () => {
    const target = await TargetDirectory.prepare(release, fresh);
    putCapsule(release, "somebody else's");

    await expect(target.commit()).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    await target.discard();
    expect(content()).toBe("somebody else's");
  });

  it.each(['.release.capsule-old', `.release.capsule-gone-${'0'.repeat(8)}`, '.release.capsule-new-999999999-x'])(
    'never puts a planted %s in place',
    async (name) => {
      putCapsule(join(parent, name), 'planted');
      putCapsule(release, 'old');

      await expect(TargetDirectory.prepare(release, fresh)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
      expect(content()).toBe('old');
      rmSync(release, { recursive: true });
      await unpack('new', replacing);
      expect(content()).toBe('new');
    },
  );

  it('leaves the target absent, and clears up, after a kill between the two renames', async () => {
    putCapsule(join(parent, '.release.capsule-gone-1'), 'old');
    putCapsule(join(parent, '.release.capsule-new-999999999-1'), 'half');

    await unpack('new', replacing);

    expect(readdirSync(parent)).toEqual(['release']);
  });

  it('follows no link at the target', async () => {
    putCapsule(join(parent, 'elsewhere'), 'kept');
    symlinkSync(join(parent, 'elsewhere'), release);

    await expect(TargetDirectory.prepare(release, replacing)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
    expect(readFileSync(join(parent, 'elsewhere', 'release.yaml'), 'utf8')).toBe('kept');
  });

  it.each(['.git', 'precious.txt'])('does not replace a directory that holds %s', async (name) => {
    putCapsule(release, 'old');
    mkdirSync(join(release, name));

    await expect(TargetDirectory.prepare(release, replacing)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
    expect(content()).toBe('old');
  });

  it('takes no empty name for the working directory', async () => {
    await expect(TargetDirectory.prepare('', replacing)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
  });
});

describe('assertReplaceable', () => {
  it.each(['', 'package', 'package/kustomize'])('refuses a target that holds the working directory (%j)', async (below) => {
    putCapsule(release, 'old');

    const replaced = assertReplaceable(release, join(release, below));

    await expect(replaced).rejects.toMatchObject({ code: 'TARGET_INVALID' });
  });

  it('allows an empty directory, and an unpacked capsule', async () => {
    mkdirSync(release);
    await assertReplaceable(release, parent);
    putCapsule(release, 'old');
    await assertReplaceable(release, parent);
  });
});
