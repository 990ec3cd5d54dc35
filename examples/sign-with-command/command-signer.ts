import { execFile } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import type { Signer } from '@release-capsule/packer';

/** A program that signs: what it reads on standard input, with a key that never leaves it. */
export interface CommandSignerOptions {
  readonly command: string;
  /** Makes it sign standard input, and print the signature: ASN.1 DER. */
  readonly signArguments: readonly string[];
  /** Makes it print its public key: SubjectPublicKeyInfo, PEM. */
  readonly publicKeyArguments: readonly string[];
}

const timeoutMs = 30_000; // a key management service answers within a second, or is down
const maxOutputBytes = 64 * 1024; // a signature has about seventy, a public key two hundred

/** Makes a signer of an external command. It is run without a shell, and its answer is verified by the packer. */
export function commandSigner({ command, signArguments, publicKeyArguments }: CommandSignerOptions): Signer {
  return {
    async sign(data, signal) {
      const publicKeyPem = (await run(command, publicKeyArguments, { input: Buffer.alloc(0), signal })).toString('utf8');
      const signature = await run(command, signArguments, { input: data, signal });
      return { signature, key: { kind: 'publicKey', hint: hintOf(publicKeyPem), publicKeyPem } };
    },
  };
}

/** cosign's name for a key in a bundle. */
function hintOf(publicKeyPem: string): string {
  const spki = createPublicKey(publicKeyPem).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64');
}

interface RunOptions {
  readonly input: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

function run(command: string, args: readonly string[], { input, signal }: RunOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', timeout: timeoutMs, maxBuffer: maxOutputBytes, ...(signal !== undefined && { signal }) } as const;
    const child = execFile(command, args, options, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
    child.stdin?.on('error', () => undefined); // a command that fails early does not read what it is given
    child.stdin?.end(input);
  });
}
