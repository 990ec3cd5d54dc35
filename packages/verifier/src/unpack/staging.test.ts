import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, lutimesSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockState, ProcessLock, systemName } from './process-lock.ts';
import { removeAbandoned, Staging } from './staging.ts';

const script = join(import.meta.dirname, 'testing/stage-and-wait.ts');
const nodeArgs = ['--conditions=source', script] as const;
const dayMs = 24 * 60 * 60 * 1000;

let directory = '';
let target = '';
const started: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'capsule-staging-'));
  target = join(directory, 'target');
});
afterEach(async () => {
  for (const child of started.splice(0)) await end(child);
  rmSync(directory, { recursive: true, force: true });
});

/** Starts a process that unpacks and never ends; returns its staging directory. */
async function stage(file: string, args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly path: string }> {
  const child = spawn(file, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, path: dirname(line.toString().trim()) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Makes what a run leaves that was killed, as an older or a foreign process would have named it. */
function plant(suffix: string): string {
  const path = join(directory, `.target.capsule-${suffix}`);
  mkdirSync(join(path, 'tree/half'), { recursive: true });
  return path;
}

function age(path: string, ms: number): void {
  const then = (Date.now() - ms) / 1000;
  lutimesSync(path, then, then);
}

describe('what a run has staged', () => {
  it('is left alone while the run lives, and removed by the next run once it was killed', async () => {
    const { child, path } = await stage(process.execPath, [...nodeArgs, target]);
    expect(await lockState(path)).toBe('held');
    await removeAbandoned(target);
    expect(readdirSync(path)).toEqual(['lock', 'tree']);

    await end(child);
    expect(await lockState(path)).toBe('free');
    await removeAbandoned(target);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is left alone while the run is busy and answers to nothing, however often it is asked', async () => {
    const { path } = await stage(process.execPath, [...nodeArgs, target, 'busy']);
    // More than any queue of connections holds.
    for (let asked = 0; asked < 600; asked += 1) expect(await lockState(path)).toBe('held');
    await removeAbandoned(target);
    expect(existsSync(join(path, 'tree'))).toBe(true);
  });

  it('is left alone while the run is stopped', async () => {
    const { child, path } = await stage(process.execPath, [...nodeArgs, target]);
    child.kill('SIGSTOP');
    await removeAbandoned(target);
    expect(existsSync(join(path, 'tree'))).toBe(true);
  });

  it('is left alone while this very process writes it, and gone when it is done', async () => {
    const staging = await Staging.make(target);
    await removeAbandoned(target);
    expect(existsSync(staging.tree)).toBe(true);
    await staging.remove();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is removed though a process lives that has the id of the killed one', async () => {
    const { child, path } = await stage(process.execPath, [...nodeArgs, target]);
    await end(child);
    // No name holds an id that could be used again: that of a living process in the name changes nothing.
    const reused = join(dirname(path), `${basename(path).slice(0, -16)}${String(process.pid).padStart(16, '0')}`);
    renameSync(path, reused);
    await removeAbandoned(target);
    expect(readdirSync(directory)).toEqual([]);
  });

  it.skipIf(!hasNamespaces())('by a process of another container is left alone while that lives, and removed afterwards', async () => {
    const unshare = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child'];
    const { child, path } = await stage('unshare', [...unshare, process.execPath, ...nodeArgs, target]);
    expect(await lockState(path)).toBe('held');
    await removeAbandoned(target);
    expect(existsSync(join(path, 'tree'))).toBe(true);

    await end(child);
    for (let tried = 0; tried < 500 && (await lockState(path)) === 'held'; tried += 1) await new Promise((done) => setTimeout(done, 20));
    await removeAbandoned(target);
    expect(readdirSync(directory)).toEqual([]);
  });

  it.skipIf(!hasNamespaces())('by this process is left alone by one of another container', async () => {
    const staging = await Staging.make(target);
    const unshare = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child'];
    await stage('unshare', [...unshare, process.execPath, ...nodeArgs, target]); // it removes what it takes for abandoned first
    expect(existsSync(staging.tree)).toBe(true);
    await staging.remove();
  });

  it('has a short enough socket wherever the target lies', async () => {
    const deep = join(directory, ...Array.from({ length: 12 }, () => 'a-rather-long-name'), 'x'.repeat(200));
    mkdirSync(dirname(deep), { recursive: true });
    const staging = await Staging.make(deep);
    if (process.platform === 'linux') expect(await lockState(dirname(staging.tree))).toBe('held');
    await removeAbandoned(deep);
    expect(existsSync(staging.tree)).toBe(true);
    await staging.remove();
    expect(readdirSync(dirname(deep))).toEqual([]);
  });

  it('is removed if the run was killed before it held its lock', async () => {
    const path = join(directory, `.target.capsule-new-${systemName()}-0123456789abcdef`);
    mkdirSync(path);
    writeFileSync(join(path, 'lock.new'), '');
    await removeAbandoned(target);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is made in spite of others that clear up all the time', async () => {
    const done = new AbortController();
    const clearing = (async () => {
      while (!done.signal.aborted) await removeAbandoned(target);
    })();
    for (let turn = 0; turn < 50; turn += 1) {
      const staging = await Staging.make(target);
      expect(existsSync(staging.tree)).toBe(true);
      await staging.remove();
    }
    done.abort();
    await clearing;
    expect(readdirSync(directory)).toEqual([]);
  });

  it('can be read by its owner alone before it is in place', async () => {
    const staging = await Staging.make(target);
    expect(statSync(dirname(staging.tree)).mode & 0o777).toBe(0o700);
    await staging.remove();
  });
});

describe('what cannot be asked for', () => {
  const otherSystem = '0123456789abcdef';

  it.each([
    ['of another machine, whose socket refuses here', () => plant(`new-${otherSystem}-0123456789abcdef`)],
    ['of a file system without sockets', () => plant(`new-${systemName()}-fedcba9876543210`)],
    ['of a form that is not known', () => plant('new-999999999-x')],
  ])('%s is removed after a day, and not before', async (_what, make) => {
    const path = make();
    if (path.includes(otherSystem)) await leaveDeadLock(path);
    age(path, dayMs - 3_600_000);
    await removeAbandoned(target);
    expect(existsSync(join(path, 'tree'))).toBe(true);

    age(path, dayMs + 3_600_000);
    await removeAbandoned(target);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is not followed where it is a link', async () => {
    const elsewhere = join(directory, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'mine'), '');
    const link = join(directory, `.target.capsule-new-${systemName()}-0123456789abcdef`);
    symlinkSync(elsewhere, link);
    expect(await lockState(link)).toBe('unknown');
    age(link, 2 * dayMs);
    await removeAbandoned(target);
    expect(readdirSync(elsewhere)).toEqual(['mine']);
  });

  it('is not followed where a link leads to the files of another: none of them is removed', async () => {
    const elsewhere = join(directory, 'elsewhere');
    mkdirSync(elsewhere);
    for (const name of ['lock', 'lock.new']) writeFileSync(join(elsewhere, name), 'precious');
    for (const suffix of [`new-${systemName()}-0123456789abcdef`, 'new-x', 'gone-x']) symlinkSync(elsewhere, join(directory, `.target.capsule-${suffix}`));
    await removeAbandoned(target);
    expect(readdirSync(elsewhere)).toEqual(['lock', 'lock.new']);
  });

  // In /tmp, others can plant what looks like ours, and change it while it is removed.
  it.skipIf(process.getuid?.() !== 0)('is left alone where it belongs to another user', async () => {
    const paths = [plant(`new-${systemName()}-0123456789abcdef`), plant('gone-0123'), join(directory, '.target.capsule-new-unlocked')];
    mkdirSync(paths[2] ?? '');
    for (const path of paths) {
      chownSync(path, 12345, 12345);
      age(path, 2 * dayMs);
    }
    await removeAbandoned(target);
    expect(paths.filter((path) => existsSync(path))).toEqual(paths);
  });

  it('is whatever has another name, of another target too', async () => {
    mkdirSync(join(directory, `.other.capsule-new-${systemName()}-0123456789abcdef`));
    mkdirSync(join(directory, '.target.capsule-old'));
    await removeAbandoned(target);
    expect(readdirSync(directory)).toHaveLength(2);
  });
});

it('leaves no lock that is neither held nor free while it is taken', async () => {
  const lock = await ProcessLock.take(directory);
  expect(readdirSync(directory)).toEqual(['lock']);
  await lock.release();
  await lock.release();
  expect(await lockState(directory)).toBe('free');
});

/** Leaves the socket of a killed process, as another machine sees each socket of this one. */
async function leaveDeadLock(path: string): Promise<void> {
  const { child, path: own } = await stage(process.execPath, [...nodeArgs, join(directory, 'other')]);
  await end(child);
  renameSync(join(own, 'lock'), join(path, 'lock'));
  rmSync(own, { recursive: true });
  expect(await lockState(path)).toBe('free');
}

/** Some machines let no user make namespaces, and only Linux has them. */
function hasNamespaces(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
