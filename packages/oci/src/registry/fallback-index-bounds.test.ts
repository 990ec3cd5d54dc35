import { describe, expect, it } from 'vitest';
import { describeContent } from '../content.ts';
import type { Descriptor } from '../descriptor.ts';
import { fallbackTag } from '../fallback-tag.ts';
import { mediaTypes } from '../media-types.ts';
import type { FakeRegistry } from './testing/fake-registry.ts';
import { collect, pushManifest, repositoryName, startRepository } from './testing/test-repository.ts';

function putIndex(registry: FakeRegistry, subject: Descriptor, manifests: readonly unknown[]): void {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests }));
  const manifest = { mediaType: mediaTypes.imageIndex, bytes };
  registry.repository(repositoryName).addManifest(manifest, fallbackTag(subject.digest));
}

describe('the fallback index', () => {
  it('is read up to its bound, and then refused, whatever a registry serves', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    const entries = Array.from({ length: 5_001 }, (_, at) => describeContent(mediaTypes.imageManifest, Buffer.from(String(at))));
    putIndex(repository.registry, subject, entries);
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { digest } of repository.store.referrers(subject)) seen.push(digest);
    };

    await expect(read()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(seen).toEqual(entries.slice(0, 5_000).map(({ digest }) => digest));
  });

  it('costs little where it has entries without end that say nothing', async () => {
    await using repository = await startRepository({ referrers: 'none' });
    const subject = await pushManifest(repository.store);
    putIndex(repository.registry, subject, Array.from({ length: 1_000_000 }, () => ({})));
    const started = process.cpuUsage();

    await expect(collect(repository.store.referrers(subject))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});
