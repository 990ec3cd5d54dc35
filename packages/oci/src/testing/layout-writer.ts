// Run as a process of its own: layout-writer.ts DIRECTORY NAME COUNT. Pushes and tags manifests NAME-1 to NAME-COUNT.
import { openLayout } from '../layout/open-layout.ts';
import { pushSampleManifest } from './sample-graph.ts';

const [directory = '', name = '', count = ''] = process.argv.slice(2);
const store = await openLayout(directory, { create: true });
for (let number = 1; number <= Number(count); number += 1) {
  const { manifest } = await pushSampleManifest(store, `${name}-${number}`);
  await store.tag(manifest, `${name}-${number}`);
}
