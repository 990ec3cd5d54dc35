import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runScript } from '../testing/run-script.ts';
import { expectCode } from '../testing/expect-code.ts';
import { pushSampleManifest } from '../testing/sample-graph.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { defaultLayoutLock, withLayoutLock } from './layout-lock.ts';
import { openLayout } from './open-layout.ts';
import { livenessOf, parseUniqueName, uniqueName } from './process-identity.ts';

const impatient = { waitMs: 100, abandonedMs: 10_000 };
const lockName = 'index.json.lock';

describe('withLayoutLock', () => {
  it('lets one action run at a time and leaves nothing behind', async () => {
    const root = await temporaryDirectory();
    let running = 0;
    const action = async (): Promise<void> => {
      expect((running += 1)).toBe(1);
      await sleep(2);
      running -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => withLayoutLock(root, defaultLayoutLock, action)));
    expect(await readdir(root)).toEqual([]);
  });

  it('releases the lock of an action that fails', async () => {
    const root = await temporaryDirectory();
    const failing = withLayoutLock(root, impatient, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await expect(withLayoutLock(root, impatient, () => Promise.resolve(1))).resolves.toBe(1);
  });

  it('names the living holder that it waited for in vain', async () => {
    const root = await temporaryDirectory();
    await withLayoutLock(root, impatient, async () => {
      const error = await expectCode('LAYOUT_LOCKED', () => withLayoutLock(root, impatient, () => Promise.resolve()));
      expect(error.message).toContain(String(process.pid));
      expect(error.message).toContain(join(root, lockName));
    });
  });

  it('stops waiting when it is aborted', async () => {
    const root = await temporaryDirectory();
    await withLayoutLock(root, impatient, async () => {
      const signal = AbortSignal.timeout(20);
      const waiting = withLayoutLock(root, { ...defaultLayoutLock, signal }, () => Promise.resolve());
      await expect(waiting).rejects.toThrow(/abort|timeout/i);
    });
  });

  it('breaks the lock of a dead process at once, and only one of many that see it holds the lock then', async () => {
    const root = await temporaryDirectory();
    for (let round = 0; round < 20; round += 1) {
      await writeFile(join(root, lockName), JSON.stringify({ holder: await deadName() }));
      let running = 0;
      const action = async (): Promise<void> => {
        expect((running += 1)).toBe(1);
        await sleep(1);
        running -= 1;
      };
      await Promise.all(Array.from({ length: 8 }, () => withLayoutLock(root, defaultLayoutLock, action)));
    }
    expect(await readdir(root)).toEqual([]);
  });

  it('breaks a lock whose breaker was killed as well', async () => {
    const root = await temporaryDirectory();
    await writeFile(join(root, lockName), JSON.stringify({ holder: await deadName() }));
    await writeFile(join(root, `${lockName}.break`), await deadName());
    await withLayoutLock(root, impatient, () => Promise.resolve());
    expect(await readdir(root)).toEqual([]);
  });

  it.each([
    ['of another machine', JSON.stringify({ holder: '0123456789abcdef-1-1-0123456789abcdef' })],
    ['that is empty', ''],
  ])('waits for a lock %s until it has not changed for a while', async (_, content) => {
    const root = await temporaryDirectory();
    await writeFile(join(root, lockName), content);
    await expectCode('LAYOUT_LOCKED', () => withLayoutLock(root, impatient, () => Promise.resolve()));
    const start = performance.now();
    await withLayoutLock(root, { waitMs: 10_000, abandonedMs: 200 }, () => Promise.resolve());
    expect(performance.now() - start).toBeGreaterThanOrEqual(200);
  });

  it('does not write after its lock was taken for abandoned', async () => {
    const root = await temporaryDirectory();
    await writeFile(join(root, 'from'), 'stale');
    const renamed = await withLayoutLock(root, impatient, async (lock) => {
      await rm(join(root, lockName));
      await writeFile(join(root, lockName), 'somebody else');
      return lock.renameIfHeld(join(root, 'from'), join(root, 'to'));
    });
    expect(renamed).toBe(false);
    expect(await readdir(root)).not.toContain('to');
    expect(await readFile(join(root, lockName), 'utf8')).toBe('somebody else');
  });
});

it('writes the index again when the lock is lost in the middle', async () => {
  const directory = join(await temporaryDirectory(), 'layout');
  const store = await openLayout(directory, { create: true });
  const stealing = (async () => {
    for (let thefts = 0; thefts < 3; ) {
      const isStolen = await rm(join(directory, lockName)).then(() => true, () => false);
      if (isStolen) thefts += 1;
      else await sleep(0);
    }
  })();
  for (let number = 0; number < 30; number += 1) await pushSampleManifest(store, `m${number}`);
  await stealing;
  const index = JSON.parse(await readFile(join(directory, 'index.json'), 'utf8'));
  expect(index.manifests).toHaveLength(30);
});

describe('process identity', () => {
  it('knows this process as alive and a process that has ended as dead', async () => {
    const own = parseUniqueName(await uniqueName());
    if (own === undefined) throw new Error('own name must parse');
    const script = runScript('layout-writer.ts', ['/dev/null/x', 'a', '1']);
    const { pid = 0 } = script.child;
    await script.ended;
    expect(await livenessOf(own)).toBe('alive');
    expect(await livenessOf({ ...own, pid })).toBe('dead');
  });

  it('takes a later process with the same id for another one', async () => {
    const own = parseUniqueName(await uniqueName());
    if (own === undefined) throw new Error('own name must parse');
    expect(await livenessOf({ ...own, startedAt: '1' })).toBe('dead');
    expect(await livenessOf({ ...own, host: '0123456789abcdef' })).toBe('unknown');
  });

  it.each(['', 'a-1-1-b', '0123456789abcdef-0-1-0123456789abcdef', '0123456789abcdef-1-1-0123456789abcdef\n'])(
    'reads nobody from %j',
    (name) => {
      expect(parseUniqueName(name)).toBeUndefined();
    },
  );
});

async function deadName(): Promise<string> {
  // One more than the largest process id that Linux gives out.
  return (await uniqueName()).replace(/^([0-9a-f]{16})-[0-9]+-/, '$1-4194305-');
}
