import { expect, it } from 'vitest';
import { pushBytes } from './content.ts';
import { mediaTypes } from './media-types.ts';
import { MemoryStore } from './memory-store.ts';
import { scanReferrers } from './referrers.ts';
import { bytesOf, collect } from './testing/collect.ts';
import { expectCode } from './testing/expect-code.ts';
import { bare, pushSampleManifest } from './testing/sample-graph.ts';

it('lists the good referrers before it reports one that cannot be read', async () => {
  const store = new MemoryStore();
  const subject = await pushSampleManifest(store, 'subject');
  const good = await pushSampleManifest(store, 'good', { subject: subject.manifest });
  const junk = await pushBytes(store, { mediaType: 'text/plain', bytes: bytesOf('no manifest') });
  const broken = { ...junk, mediaType: mediaTypes.imageManifest };
  const listed: string[] = [];

  await expectCode('MANIFEST_INVALID', async () => {
    const query = { subject: subject.manifest.digest };
    for await (const referrer of scanReferrers(store, [broken, good.manifest], query)) listed.push(referrer.digest);
  });

  expect(listed).toEqual([good.manifest.digest]);
});

it('takes artifact type and annotations from the manifest, never from the list', async () => {
  const store = new MemoryStore();
  const subject = await pushSampleManifest(store, 'subject');
  const { manifest } = await pushSampleManifest(store, 'other', { subject: subject.manifest, artifactType: 'a/b' });
  const lying = { ...manifest, artifactType: 'application/vnd.signature', annotations: { signed: 'yes' } };

  const listed = await collect(scanReferrers(store, [lying], { subject: subject.manifest.digest }));

  expect(listed).toEqual([{ ...bare(manifest), artifactType: 'a/b' }]);
});
