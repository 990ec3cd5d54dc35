// Run as a process of its own: unprivileged-writer.ts DIRECTORY. Makes a layout that everybody may read, gives up the
// permission to write it, and writes. Only after it has started: another user might reach neither Node nor this file.
import { chmod } from 'node:fs/promises';
import { openLayout } from '../layout/open-layout.ts';
import { pushSampleManifest } from './sample-graph.ts';

const anotherUser = 65_534;

const [directory = ''] = process.argv.slice(2);
process.umask(0o022);
const owned = await openLayout(directory, { create: true });
const { manifest } = await pushSampleManifest(owned, 'a');
await owned.tag(manifest, 'v1');
await chmod(directory, 0o555);
if (process.getuid?.() === 0) becomeAnotherUser();
const store = await openLayout(directory, { create: false });
console.log(`user ${process.getuid?.()} reads ${(await store.resolve('v1')).digest === manifest.digest}`);
await pushSampleManifest(store, 'b');

function becomeAnotherUser(): void {
  try {
    process.setgroups?.([]);
    process.setgid?.(anotherUser);
    process.setuid?.(anotherUser);
  } catch {
    // A user namespace may have root alone.
    console.log('root may not become another user');
    process.exit(0);
  }
}
