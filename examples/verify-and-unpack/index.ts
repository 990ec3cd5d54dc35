// Judges a capsule against a Freight and a policy, unpacks what was accepted, and shows what a refusal looks like.
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLayout } from '@release-capsule/oci';
import { parseFreightText, policyFromFlags, unpackCapsule, verifyCapsule } from '@release-capsule/verifier';

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Say which directory the example pack-and-sign has written.');

// Untrusted: the store, and every byte in it. Trusted: the policy, and the Freight as Kargo made it.
const store = await openLayout(join(directory, 'capsules'), { create: false });
const freight = parseFreightText(await readFile(join(directory, 'freight.json')));
const policy = policyFromFlags({
  name: 'hello',
  keyPem: await readFile(join(directory, 'cosign.pub'), 'utf8'),
  capsuleRepository: 'ghcr.io/example/hello-capsule',
  imageRepository: 'ghcr.io/example/hello',
  sourceRepository: 'https://github.com/example/hello',
  sourcePath: 'k8s/kustomize',
});
const options = { now: (): Date => new Date(), temporaryDirectory: tmpdir() };

// A refusal is a value, and only an accepted verdict holds a capsule that can be unpacked.
const verdict = await verifyCapsule(store, freight, policy, options);
for (const { claim, state } of verdict.findings) console.log(`${state.padEnd(9)} ${claim}`);
if (!verdict.accepted) throw new Error(`The capsule is ${verdict.outcome}.`);
const unpacked = await unpackCapsule(verdict.capsule, join(directory, 'release'), { replace: true });
await verdict.capsule.close();
console.log(`unpacked  ${unpacked.files} files; render from ${unpacked.packageDirectory}`);

// The same capsule, in a Freight that pairs it with an image that was never released with it.
const otherDigest = `sha256:${'2'.repeat(64)}`;
const images = freight.images.map((image) => (image.repoURL === 'ghcr.io/example/hello' ? { ...image, digest: otherDigest } : image));
const refusal = await verifyCapsule(store, { ...freight, images }, policy, options);
const reasons = refusal.findings.filter(({ state }) => state === 'refuted');
for (const { code, message } of reasons) console.log(`${refusal.outcome}   ${code}: ${message}`);
