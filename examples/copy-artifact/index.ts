// Makes an artifact in memory, and copies it, with what refers to it, to an OCI image layout and on to another.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyGraph, MemoryStore, mediaTypes, openLayout, pushBytes } from '@release-capsule/oci';

const memory = new MemoryStore();
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

// An artifact: a blob, and a manifest that names it.
const config = await pushBytes(memory, { mediaType: 'application/vnd.oci.empty.v1+json', bytes: json({}) });
const note = await pushBytes(memory, { mediaType: 'text/plain', bytes: Buffer.from('Hello from a blob.\n') });
const base = { schemaVersion: 2, mediaType: mediaTypes.imageManifest, config };
const artifact = await pushBytes(memory, {
  mediaType: mediaTypes.imageManifest,
  bytes: json({ ...base, artifactType: 'application/vnd.example.note', layers: [note] }),
});
await memory.tag(artifact, 'v1');

// A referrer: a manifest that has the artifact as its subject, as signatures have.
await pushBytes(memory, {
  mediaType: mediaTypes.imageManifest,
  bytes: json({ ...base, artifactType: 'application/vnd.example.review', layers: [config], subject: artifact }),
});

// Memory, layouts and registries are copied alike: what is there already is skipped, the manifest comes last.
const directory = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'copy-artifact-')));
const first = await openLayout(join(directory, 'first'), { create: true });
const second = await openLayout(join(directory, 'second'), { create: true });
await copyGraph(memory, first, artifact, { referrers: true });
await first.tag(artifact, 'v1');
await copyGraph(first, second, await first.resolve('v1'), { referrers: true });
await second.tag(artifact, 'v1');

const copied = await second.resolve('v1');
console.log(`resolved  v1 is ${copied.digest}`);
for await (const referrer of second.referrers(copied)) {
  console.log(`referrer  ${referrer.digest} is of type ${referrer.artifactType}`);
}
const text = await new Response(await second.fetch(note)).text();
console.log(`content   ${text.trim()}`);
console.log(`written   ${directory}`);
