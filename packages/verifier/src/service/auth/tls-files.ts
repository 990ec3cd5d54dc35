import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { VerifyError } from '../../errors.ts';
import { readServiceFile } from './read-file.ts';

/** The files that TLS is spoken by, in PEM. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Whose certificates clients may show. */
  readonly clientCaFile?: string;
}

const maxPemBytes = 256 * 1024; // a chain, or a bundle of authorities

/**
 * Reads what TLS is spoken by, and checks that it can be: a certificate and its key.
 * @throws {VerifyError} `SERVICE_INVALID`.
 */
export async function readTlsFiles({ certFile, keyFile, clientCaFile }: TlsFiles): Promise<SecureContextOptions> {
  const [cert, key, ca] = await Promise.all([
    readServiceFile(certFile, "the server's certificate", maxPemBytes),
    readServiceFile(keyFile, "the server's key", maxPemBytes),
    clientCaFile === undefined ? undefined : readServiceFile(clientCaFile, "the clients' authorities", maxPemBytes),
  ]);
  const context: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) };
  try {
    createSecureContext(context);
    return context;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VerifyError('SERVICE_INVALID', `TLS cannot be spoken by ${certFile} and ${keyFile}: ${why}`, {
      hint: 'Give a certificate and the key that belongs to it, both in PEM.',
      cause,
    });
  }
}
