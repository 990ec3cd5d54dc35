import { createHash, generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts, startProgram } from './start-program.mjs';

/** What a verifier takes the log's origin to be: the host of its URL, without the port. */
const origin = '127.0.0.1';
const ed25519 = Buffer.of(1);

/** Starts a transparency log of Rekor's second kind, with its tiles in the folder. */
export async function startRekor(folder) {
  const [port, grpcPort, metricsPort] = await freePorts(3);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await writeFile(join(folder, 'rekor.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(join(folder, 'rekor.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  const options = {
    'http-address': '127.0.0.1',
    'http-port': port,
    'grpc-address': '127.0.0.1',
    'grpc-port': grpcPort,
    'http-metrics-port': metricsPort,
    hostname: origin,
    'storage-dir': join(folder, 'rekor'),
    'signer-filepath': 'rekor.pem',
    'batch-max-age': '50ms',
    'checkpoint-interval': '100ms',
  };
  const program = startProgram('rekor-server', ['serve', ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)], folder);
  const url = `http://127.0.0.1:${port}`;
  await program.healthy(`${url}/healthz`);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { url, spki, id: logId(Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url')) };
}

/** Source: C2SP signed-note, "Verifiers"; the whole hash, as rekor-tiles v2.3.0, pkg/note. */
function logId(key) {
  return createHash('sha256').update(`${origin}\n`).update(ed25519).update(key).digest();
}
