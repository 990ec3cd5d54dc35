import { execFileSync, spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accepted, type AcceptedFile, recordText } from './testing/accepted.ts';
import { unpackCapsule, type UnpackOptions } from './unpack-capsule.ts';

const tree = { 'release.yaml': recordText, 'package/kustomize/run.sh': { script: '#!/bin/sh\n' }, 'package/kustomize/é/empty': '' };
let directory: string;
let target: string;

// What is written has its mode from the umask, too.
const umask = process.umask(0o022);
afterAll(() => void process.umask(umask));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'capsule-unpack-'));
  target = join(directory, 'target');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function unpack(files: Readonly<Record<string, AcceptedFile>> = tree, options: UnpackOptions = {}, at: string = target): Promise<unknown> {
  await using capsule = await accepted(files);
  return await unpackCapsule(capsule, at, options);
}

/** Every path below a directory, with its mode and content. */
function list(root: string): readonly string[] {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const lines = paths.map((path) => {
    const stats = lstatSync(join(root, path));
    const mode = (stats.mode & 0o777).toString(8);
    if (stats.isSymbolicLink()) return `${path} -> ${readlinkSync(join(root, path))}`;
    return stats.isDirectory() ? `${mode} ${path}/` : `${mode} ${path} ${JSON.stringify(readFileSync(join(root, path), 'utf8'))}`;
  });
  return lines.toSorted((a, b) => (a < b ? -1 : 1));
}

const whole = [
  '644 package/kustomize/é/empty ""',
  `644 release.yaml ${JSON.stringify(recordText)}`,
  '755 package/',
  '755 package/kustomize/',
  '755 package/kustomize/run.sh "#!/bin/sh\\n"',
  '755 package/kustomize/é/',
];

describe('unpackCapsule', () => {
  it.each([false, true])('writes the tree, and leaves nothing else behind (durable: %s)', async (durable) => {
    expect(await unpack(tree, { durable })).toEqual({ directory: target, packageDirectory: join(target, 'package/kustomize'), files: 3 });

    expect(list(target)).toEqual(whole);
    expect(readdirSync(directory)).toEqual(['target']);
  });

  it('makes the directories above the target', async () => {
    await unpack(tree, {}, join(directory, 'a/b/target'));

    expect(list(join(directory, 'a/b/target'))).toEqual(whole);
  });

  it('leaves it to the umask who else may read', async () => {
    const before = process.umask(0o077);
    try {
      await unpack();
    } finally {
      process.umask(before);
    }

    expect(list(target)).toEqual(whole.map((line) => line.replace(/^644/, '600').replace(/^755/, '700')).toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('unpacks one capsule as often as asked', async () => {
    await using capsule = await accepted(tree);
    await unpackCapsule(capsule, target);
    await unpackCapsule(capsule, `${target}-2`);

    expect(list(`${target}-2`)).toEqual(list(target));
  });

  it('writes several targets beside each other at once', async () => {
    await using capsule = await accepted(tree);
    const targets = Array.from({ length: 8 }, (_, at) => `${target}-${at}`);

    await Promise.all(targets.map((at) => unpackCapsule(capsule, at)));

    for (const at of targets) expect(list(at)).toEqual(whole);
    expect(readdirSync(directory)).toHaveLength(8);
  });

  it('lets one of several win that unpack to one target at once, and the others say so', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => unpack()));

    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'VerifyError' });
    }
    expect(list(target)).toEqual(whole);
    expect(readdirSync(directory)).toEqual(['target']);
  });
});

describe('a target that is there', () => {
  it.each<readonly [string, string, () => void]>([
    ['a directory', 'TARGET_EXISTS', () => mkdirSync(target)],
    ['a file', 'TARGET_INVALID', () => writeFileSync(target, 'mine')],
    ['a link to a directory', 'TARGET_INVALID', () => symlinkSync(directory, target)],
    ['a link that leads nowhere', 'TARGET_INVALID', () => symlinkSync('/nonexistent', target)],
  ])('as %s is refused with %s and left as it is', async (_what, code, make) => {
    make();
    const before = list(directory);

    await expect(unpack()).rejects.toMatchObject({ name: 'VerifyError', code });

    expect(list(directory)).toEqual(before);
  });

  it.each<readonly [string, () => void]>([
    ['a file', () => writeFileSync(target, 'mine')],
    ['a link to a directory', () => symlinkSync(directory, target)],
  ])('as %s is not replaced either', async (_what, make) => {
    make();
    const before = list(directory);

    await expect(unpack(tree, { replace: true })).rejects.toMatchObject({ code: 'TARGET_INVALID' });

    expect(list(directory)).toEqual(before);
  });

  it('is replaced as a whole where that is asked for', async () => {
    await unpack({ 'release.yaml': recordText, 'package/old': 'old' });

    await unpack(tree, { replace: true });

    expect(list(target)).toEqual(whole);
    expect(readdirSync(directory)).toEqual(['target']);
  });

  it('is left as it is where the new tree cannot be written', async () => {
    await unpack();
    const signal = AbortSignal.abort(new Error('enough'));

    await expect(unpack({ 'release.yaml': 'new' }, { replace: true, signal })).rejects.toThrow('enough');

    expect(list(target)).toEqual(whole);
    expect(readdirSync(directory)).toEqual(['target']);
  });

  it('is found where a link stands above it, as any program would', async () => {
    mkdirSync(join(directory, 'real'));
    symlinkSync('real', join(directory, 'link'));

    await unpack(tree, {}, join(directory, 'link/target'));

    expect(list(join(directory, 'real/target'))).toEqual(whole);
  });
});

describe('what cannot be written', () => {
  it('below a file is refused before anything is read', async () => {
    writeFileSync(join(directory, 'file'), '');

    await expect(unpack(tree, {}, join(directory, 'file/target'))).rejects.toMatchObject({ code: 'TARGET_INVALID' });
  });

  it('for a name that is too long leaves nothing behind', async () => {
    await expect(unpack(tree, {}, join(directory, 'n'.repeat(300)))).rejects.toMatchObject({ code: 'TARGET_INVALID' });

    expect(readdirSync(directory)).toEqual([]);
  });

  it.skipIf(!canMount())('to a disk that is full says so, and leaves nothing behind', async () => {
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    try {
      const error = unpack({ 'release.yaml': 'x', 'package/large': Buffer.alloc(1_000_000) }, {}, join(disk, 'target'));
      await expect(error).rejects.toMatchObject({ name: 'VerifyError', code: 'WRITE_FAILED', hint: expect.stringContaining('space') });
      expect(readdirSync(disk)).toEqual([]);
      await unpack(tree, {}, join(disk, 'target'));
      await expect(unpack({ 'release.yaml': Buffer.alloc(1_000_000) }, { replace: true }, join(disk, 'target'))).rejects.toMatchObject({ code: 'WRITE_FAILED' });
      expect(list(join(disk, 'target'))).toEqual(whole);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it.skipIf(!canMount())('to a disk that is read-only says so', async () => {
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', disk]);
    try {
      await expect(unpack(tree, {}, join(disk, 'target'))).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describe('after a kill', () => {
  it('while a tree was removed, the half of it is never taken for a target', async () => {
    mkdirSync(join(directory, '.target.capsule-gone-1/half'), { recursive: true });

    await unpack();

    expect(list(target)).toEqual(whole);
    expect(readdirSync(directory)).toEqual(['target']);
  });

  it('at any instant the target is absent, old or whole, and the next run succeeds', async () => {
    for (let kill = 0; kill < 15; kill += 1) {
      await killWhileReplacing(kill * 5);
      if (existsSync(target)) expectOneTurn();
      await unpack(tree, { replace: true });
      expect(list(target)).toEqual(whole);
      expect(readdirSync(directory)).toEqual(['target']);
    }
  }, 300_000); // each starts a process, which takes seconds on a loaded machine
});

/** Starts a process that replaces the target again and again, and kills it. */
async function killWhileReplacing(afterMs: number): Promise<void> {
  const script = join(dirname(import.meta.filename), 'testing/replace-again-and-again.ts');
  const child = spawn(process.execPath, ['--conditions=source', script, target], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await sleep(100 + afterMs);
  child.kill('SIGKILL');
  await ended;
}

/** The tree is of the test's own, or all of one turn. */
function expectOneTurn(): void {
  const lines = list(target).filter((line) => line.startsWith('644') && !line.includes('release.yaml'));
  const texts = new Set(lines.map((line) => line.slice(line.indexOf('"'))));
  if (lines.length !== 1) expect([lines.length, texts.size]).toEqual([30, 1]);
}

function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'capsule-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place], { stdio: 'ignore' });
    execFileSync('umount', [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
