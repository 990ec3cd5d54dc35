// Reads a capsule that lies on disk: its manifest, the release record in it, and the layer that the two describe.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  assertContent,
  packageDigest,
  packageFiles,
  parseCapsuleManifest,
  parseReleaseYaml,
} from '@release-capsule/schema';

const capsule = new URL('capsule/', import.meta.url);

// The record alone: strict YAML in, typed and checked data out.
const record = parseReleaseYaml(await readFile(new URL('release.yaml', capsule)));
console.log(`release   ${record.name}, commit ${record.gitCommit}`);
console.log(`image     ${record.image?.repoURL}@${record.image?.digest}`);

// The layer, read once as a stream. It throws at the first claim on the content that does not hold.
const manifest = parseCapsuleManifest(await readFile(new URL('manifest.json', capsule)));
const layer = createReadStream(new URL('layer.tar.gz', capsule));
const content = await assertContent(layer, { record: manifest.record, manifest });
for (const { path, size } of content.files) console.log(`${String(size).padStart(9)} ${path}`);

// Anybody can compute the package's digest, from the files' own hashes.
const digest = packageDigest(packageFiles(content.files, record));
console.log(`package   ${digest}`);
console.log(digest === record.package.digest ? 'The record names exactly these files.' : 'The record names other files!');
