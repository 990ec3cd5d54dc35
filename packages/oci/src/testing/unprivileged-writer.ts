// Run as a process of its own: unprivileged-writer.ts DIRECTORY. Makes a layout that every user may read, gives up the
// permission to write it, and writes. Only after it has started: another user might reach neither Node nor this file.
import { chmod } from 'node:fs/promises';
import { openLayout } from '../layout/open-layout.ts';
import { pushSampleManifest } from './sample-graph.ts';

const [directory = ''] = process.argv.slice(2);
process.umask(0o022);
const owned = await openLayout(directory, { create: true });
const { manifest } = await pushSampleManifest(owned, 'a');
await owned.tag(manifest, 'v1');
await chmod(directory, 0o555);
if (process.getuid?.() !== 0 || becomesAnotherUser()) await readAndWrite();
else process.stdout.write('root may not become another user\n');

async function readAndWrite(): Promise<void> {
  const store = await openLayout(directory, { create: false });
  const { digest } = await store.resolve('v1');
  process.stdout.write(`user ${process.getuid?.()} reads ${digest === manifest.digest}\n`);
  await pushSampleManifest(store, 'b');
}

/** In a user namespace, root may be the only user. */
function becomesAnotherUser(): boolean {
  try {
    process.setgroups?.([]);
    process.setgid?.(65_534);
    process.setuid?.(65_534);
    return true;
  } catch {
    return false;
  }
}
