// Freezes the package of an application at a commit into a capsule, signs it, and tags it when it is complete.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLayout } from '@release-capsule/oci';
import {
  generateKeyPair,
  gitSource,
  keySigner,
  loadPrivateKey,
  packCapsule,
  signCapsule,
  tagCapsule,
  writeKeyPair,
} from '@release-capsule/packer';
import { makeRepository } from './make-repository.ts';

const directory = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'pack-and-sign-')));
const now = (): Date => new Date();
makeRepository(join(directory, 'app'));

// Once: a key pair in cosign's own format. The password belongs into a secret store.
const privateKeyPath = join(directory, 'cosign.key');
if (!existsSync(privateKeyPath)) await writeKeyPair(directory, await generateKeyPair('a password'));

// The same commit and options give the same capsule on every machine. Nothing is read but the commit.
const store = await openLayout(join(directory, 'capsules'), { create: true });
const source = gitSource({ directory: join(directory, 'app'), revision: 'HEAD', env: process.env });
const { descriptor, record, packageFiles } = await packCapsule(source, store, {
  name: 'hello',
  packagePath: 'k8s/kustomize',
  image: { repoURL: 'ghcr.io/example/hello', digest: `sha256:${'1'.repeat(64)}` },
  now,
  temporaryDirectory: tmpdir(),
});
console.log(`packed    ${packageFiles} files of commit ${record.gitCommit}`);

// What could not be unpacked is never signed: its content is checked first.
const signer = keySigner(await loadPrivateKey(await readFile(privateKeyPath, 'utf8'), 'a password'));
const signature = await signCapsule(store, descriptor, signer, { now });
console.log(`signed    ${signature.digest}`);

// The tag comes last: whoever finds it finds a complete, signed capsule.
const tag = `git-${record.gitCommit}`;
await tagCapsule(store, descriptor, tag);
console.log(`tagged    ${tag}`);
console.log(`capsule   ${descriptor.digest}`);

// What Kargo would discover, as one Freight.
const image = { repoURL: 'ghcr.io/example/hello', tag, digest: record.image?.digest };
const capsule = { repoURL: 'ghcr.io/example/hello-capsule', tag, digest: descriptor.digest };
await writeFile(join(directory, 'freight.json'), JSON.stringify({ images: [image, capsule] }));
console.log(`written   ${directory}`);
