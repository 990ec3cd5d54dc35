// Run as a process of its own: packs HEAD of a repository and prints the manifest's digest.
import { tmpdir } from 'node:os';
import { MemoryStore } from '@release-capsule/oci';
import { directorySource, gitSource, packCapsule } from '@release-capsule/packer';

const [repository = '', packagePath = '', plain] = process.argv.slice(2);
const source =
  plain === undefined
    ? gitSource({ directory: repository, revision: 'main', env: process.env })
    : directorySource({ directory: repository, commit: plain, committedAt: 1_772_600_767 });
const { descriptor } = await packCapsule(source, new MemoryStore(), {
  name: 'app',
  packagePath,
  image: { repoURL: 'ghcr.io/example/app', digest: `sha256:${'a'.repeat(64)}` },
  sourceURL: 'https://github.com/example/app',
  now: () => new Date(),
  temporaryDirectory: tmpdir(),
});
process.stdout.write(descriptor.digest);
