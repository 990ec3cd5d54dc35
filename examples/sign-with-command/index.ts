// Signs a capsule with an external command, the place for a key management service. Nothing here ever holds the key.
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLayout } from '@release-capsule/oci';
import { signCapsule } from '@release-capsule/packer';
import { commandSigner } from './command-signer.ts';

const [directory, tag] = process.argv.slice(2);
if (directory === undefined || tag === undefined) throw new Error('usage: npm start -- DIRECTORY TAG');

// Only to have something to run: a real service has made its key long ago, and shows it to nobody.
const keyFile = join(directory, 'kms.key');
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
await writeFile(join(directory, 'kms.pub'), publicKey.export({ type: 'spki', format: 'pem' }));

const kms = [fileURLToPath(new URL('kms.mjs', import.meta.url)), keyFile];
const signer = commandSigner({
  command: process.execPath,
  signArguments: [...kms, 'sign'],
  publicKeyArguments: [...kms, 'public-key'],
});

// What could not be unpacked is never signed; a signature that the command's own key refutes is never attached.
const store = await openLayout(join(directory, 'capsules'), { create: false });
const capsule = await store.resolve(tag);
const signature = await signCapsule(store, capsule, signer, { now: () => new Date() });
console.log(`capsule   ${capsule.digest}`);
console.log(`signed    ${signature.digest}`);
