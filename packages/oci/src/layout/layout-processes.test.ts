import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { maxMetadataBytes, readAll } from '../content.ts';
import { parseManifest, successors } from '../manifest.ts';
import { runScript } from '../testing/run-script.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { readIndexFile } from './index-file.ts';
import { refNameKey } from './layout-index.ts';
import { openLayout } from './open-layout.ts';

const writer = 'layout-writer.ts';

it('loses nothing when four processes write, and no reader ever sees a torn layout', async () => {
  const directory = join(await temporaryDirectory(), 'layout');
  const writerNames = ['a', 'b', 'c', 'd'];
  const tagsEach = 50;

  const writers = writerNames.map((name) => runScript(writer, [directory, name, String(tagsEach)]));
  const finished = Promise.all(writers.map((script) => script.ended));
  const reads = await readUntil(directory, finished);

  for (const { status, output } of await finished) expect({ status, output }).toEqual({ status: 0, output: '' });
  const wanted = writerNames.flatMap((name) => Array.from({ length: tagsEach }, (_, at) => `${name}-${at + 1}`));
  expect((await intactTags(directory)).sort()).toEqual(wanted.sort());
  expect(await strayFiles(directory)).toEqual([]);
  expect(reads).toBeGreaterThan(10);
}, 120_000);

it('is intact after a writer was killed at any instant, and the next run completes it', async () => {
  const kills = 30;
  let killed = 0;
  for (let attempt = 0; attempt < kills; attempt += 1) {
    const directory = join(await temporaryDirectory(), 'layout');
    const first = runScript(writer, [directory, 'a', '1000']);
    // The instant is spread over the creation of the layout and the first writes.
    await waitForFirstFile(directory);
    await sleep(Math.random() * 25);
    first.child.kill('SIGKILL');
    if ((await first.ended).status === 'SIGKILL') killed += 1;
    const before = await tagsBefore(directory);

    const second = await runScript(writer, [directory, 'b', '1']).ended;

    expect(second).toEqual({ status: 0, output: '' });
    expect((await intactTags(directory)).sort()).toEqual([...before, 'b-1'].sort());
    expect(await strayFiles(directory)).toEqual([]);
  }
  expect(killed).toBeGreaterThan(kills / 2);
}, 180_000);

it('takes over the locks of writers that are killed while others write', async () => {
  const directory = join(await temporaryDirectory(), 'layout');
  const steady = ['a', 'b'].map((name) => runScript(writer, [directory, name, '60']));
  const finished = Promise.all(steady.map((script) => script.ended));
  const isDone = watch(finished);

  for (let number = 1; !isDone(); number += 1) {
    const victim = runScript(writer, [directory, `victim${number}`, '1000']);
    await sleep(120 + Math.random() * 60);
    victim.child.kill('SIGKILL');
    await victim.ended;
  }

  for (const { status, output } of await finished) expect({ status, output }).toEqual({ status: 0, output: '' });
  const tags = (await intactTags(directory)).filter((tag) => !tag.startsWith('victim'));
  expect(tags).toHaveLength(120);
}, 180_000);

function watch(end: Promise<unknown>): () => boolean {
  let isDone = false;
  void end.finally(() => (isDone = true));
  return () => isDone;
}

async function readUntil(directory: string, end: Promise<unknown>): Promise<number> {
  const isDone = watch(end);
  let reads = 0;
  while (!isDone()) {
    await sleep(1);
    if (!(await exists(directory))) continue;
    await intactTags(directory);
    reads += 1;
  }
  return reads;
}

/** Reads every manifest that the layout lists and all that they name; returns the tags. */
async function intactTags(directory: string): Promise<string[]> {
  const store = await openLayout(directory, { create: false });
  const { entries } = await readIndexFile(directory);
  for (const { descriptor } of entries) {
    const bytes = await readAll(store, descriptor, { maxBytes: maxMetadataBytes });
    for (const child of successors(parseManifest(bytes))) await readAll(store, child, { maxBytes: maxMetadataBytes });
  }
  return entries.flatMap(({ descriptor }) => descriptor.annotations?.[refNameKey] ?? []);
}

async function tagsBefore(directory: string): Promise<readonly string[]> {
  return (await exists(directory)) ? intactTags(directory) : [];
}

async function exists(directory: string): Promise<boolean> {
  return (await names(directory)).includes('oci-layout');
}

async function waitForFirstFile(directory: string): Promise<void> {
  while ((await names(directory)).length === 0) await sleep(1);
}

async function names(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((): string[] => []);
}

async function strayFiles(directory: string): Promise<readonly string[]> {
  const expected = new Set(['blobs', 'index.json', 'oci-layout']);
  return (await readdir(directory)).filter((name) => !expected.has(name));
}
