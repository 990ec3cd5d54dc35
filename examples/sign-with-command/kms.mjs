// Stands for the client of a key management service: `kms.mjs KEY public-key` prints the public key, `kms.mjs KEY sign`
// signs standard input with ECDSA P-256 and SHA-256. Here the key is a file; there it is wherever the service keeps it.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [keyFile = '', request] = process.argv.slice(2);
const key = createPrivateKey(readFileSync(keyFile));

if (request === 'public-key') process.stdout.write(createPublicKey(key).export({ type: 'spki', format: 'pem' }));
else if (request === 'sign') process.stdout.write(sign('sha256', readFileSync(0), key));
else throw new Error(`unknown request ${request}`);
