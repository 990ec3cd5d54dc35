import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits } from '@release-capsule/schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertReplaceable } from './assert-replaceable.ts';
import { TargetDirectory, type TargetOptions } from './target-directory.ts';
import { recordText } from './testing/accepted.ts';

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
  writeFileSync(join(directory, 'release.yaml'), recordText);
  writeFileSync(join(directory, 'package', 'file'), text);
}

async function unpack(text: string, options: TargetOptions): Promise<void> {
  const target = await TargetDirectory.prepare(release, options);
  putCapsule(target.staging, text);
  await target.commit();
}

const content = (): string => readFileSync(join(release, 'package', 'file'), 'utf8');

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

  it.each([fresh, replacing])('refuses a target that appears while it writes, and is not a capsule (%j)', async (options) => {
    const target = await TargetDirectory.prepare(release, options);
    mkdirSync(release);
    writeFileSync(join(release, 'mine'), 'precious');

    const code = options.replace ? 'TARGET_INVALID' : 'TARGET_EXISTS';
    await expect(target.commit()).rejects.toMatchObject({ code });
    await target.discard();
    expect(readFileSync(join(release, 'mine'), 'utf8')).toBe('precious');
    expect(readdirSync(parent)).toEqual(['release']);
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

  it('puts the old tree back if the new one cannot be put in place', async () => {
    putCapsule(release, 'old');
    const target = await TargetDirectory.prepare(release, replacing);
    rmSync(target.staging, { recursive: true });

    await expect(target.commit()).rejects.toThrow('ENOENT');
    await target.discard();
    expect(content()).toBe('old');
    expect(readdirSync(parent)).toEqual(['release']);
  });

  it('follows no link at the target', async () => {
    putCapsule(join(parent, 'elsewhere'), 'kept');
    symlinkSync(join(parent, 'elsewhere'), release);

    await expect(TargetDirectory.prepare(release, replacing)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
    expect(readFileSync(join(parent, 'elsewhere', 'package', 'file'), 'utf8')).toBe('kept');
  });

  it.each([
    [0o000, '755'],
    [0o077, '700'],
  ])('makes the directories above the target 0755 at most, under the umask %o', async (mask, mode) => {
    const before = process.umask(mask);
    try {
      release = join(parent, 'a/b/release');
      await unpack('new', fresh);
    } finally {
      process.umask(before);
    }
    for (const path of ['a', 'a/b', 'a/b/release']) expect((statSync(join(parent, path)).mode & 0o777).toString(8)).toBe(mode);
  });

  it('takes no empty name for the working directory', async () => {
    await expect(TargetDirectory.prepare('', replacing)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
  });
});

describe('what --replace does not replace', () => {
  const file = (): string => join(release, 'release.yaml');

  it.each<readonly [string, () => unknown]>([
    ['an empty directory', () => rmSync(release, { recursive: true }) ?? mkdirSync(release)],
    ['a directory without release.yaml', () => rmSync(file())],
    ['one that holds .git', () => mkdirSync(join(release, '.git'))],
    ['one that holds a file of its own', () => writeFileSync(join(release, 'precious.txt'), '')],
    ['one whose release.yaml is empty', () => writeFileSync(file(), '')],
    ['one whose release.yaml is other YAML', () => writeFileSync(file(), 'kind: Release\nversion: 1\n')],
    ['one whose release.yaml is not YAML', () => writeFileSync(file(), '{{ .Values.release }}\n')],
    ['one whose release.yaml was edited', () => writeFileSync(file(), recordText.replace('name: "app"', 'name: "../app"'))],
    ['one whose release.yaml is of another format', () => writeFileSync(file(), recordText.replace('/v1', '/v9'))],
    ['one whose release.yaml is huge', () => writeFileSync(file(), recordText + '#'.repeat(defaultLimits.maxRecordBytes))],
    ['one whose release.yaml is a directory', () => rmSync(file()) ?? mkdirSync(file())],
    ['one whose release.yaml is a link', () => writeFileSync(join(parent, 'record'), recordText) ?? rmSync(file()) ?? symlinkSync('../record', file())],
    ['one whose release.yaml is a link that leads nowhere', () => rmSync(file()) ?? symlinkSync('absent', file())],
    ['one whose release.yaml is a named pipe', () => rmSync(file()) ?? execFileSync('mkfifo', [file()])],
    ['a file', () => rmSync(release, { recursive: true }) ?? writeFileSync(release, recordText)],
  ])('is %s', async (_what, make) => {
    putCapsule(release, 'old');
    make();
    const before = readdirSync(parent, { recursive: true });

    const error = await TargetDirectory.prepare(release, replacing).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'VerifyError', code: 'TARGET_INVALID', hint: expect.any(String) });
    expect(readdirSync(parent, { recursive: true })).toEqual(before);
    expect(existsSync(release)).toBe(true);
  });

  it.each(['', 'package', 'package/kustomize', '..deep'])('is a capsule that holds the working directory (%j)', async (below) => {
    putCapsule(release, 'old');
    mkdirSync(join(release, below), { recursive: true });
    symlinkSync('.', join(parent, 'link'));

    for (const path of [release, join(parent, 'link', 'release')]) {
      for (const workingDirectory of [join(release, below), join(parent, 'link/link/release', below)]) {
        const replaced = assertReplaceable(path, workingDirectory);
        await expect(replaced).rejects.toMatchObject({ code: 'TARGET_INVALID', message: expect.stringContaining('the working directory') });
      }
    }
  });
});
