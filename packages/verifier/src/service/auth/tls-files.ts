import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { VerifyError } from '../../errors.ts';
import { isFileGone, readServiceFile } from './read-file.ts';

/** The files that TLS is spoken by, in PEM. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Whose certificates clients may show. */
  readonly clientCaFile?: string;
}

const maxPemBytes = 256 * 1024; // a chain, or a bundle of authorities

/** What TLS is spoken by. */
export interface TlsSetup {
  readonly context: SecureContextOptions;
  /** When the server's certificate ends. */
  readonly until: Date;
  /** The file of the clients' authorities is not there: no certificate of a client counts. */
  readonly isClientCaGone: boolean;
}

/**
 * Reads what TLS is spoken by, and checks that it can be: a certificate and its key. Authorities that are removed later
 * count no more.
 * @throws {VerifyError} `SERVICE_INVALID`.
 */
export async function readTlsFiles(files: TlsFiles, isFirst: boolean): Promise<TlsSetup> {
  const { certFile, keyFile, clientCaFile } = files;
  const [cert, key, ca] = await Promise.all([
    readServiceFile(certFile, { what: "the server's certificate", maxBytes: maxPemBytes, isFirst }),
    readServiceFile(keyFile, { what: "the server's key", maxBytes: maxPemBytes, isFirst }),
    clientCaFile === undefined ? undefined : readAuthorities(clientCaFile, isFirst),
  ]);
  // An empty list is none at all; without a list, the public authorities would count.
  const context: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2', ...(clientCaFile !== undefined && { ca: ca ?? [] }) };
  assertUsable(context, files);
  return { context, until: endOf(cert), isClientCaGone: clientCaFile !== undefined && ca === undefined };
}

async function readAuthorities(path: string, isFirst: boolean): Promise<Buffer | undefined> {
  try {
    return await readServiceFile(path, { what: "the clients' authorities", maxBytes: maxPemBytes, isFirst });
  } catch (error) {
    if (!isFirst && isFileGone(error)) return undefined;
    throw error;
  }
}

function endOf(cert: Buffer): Date {
  return new Date(new X509Certificate(cert).validTo);
}

function assertUsable(context: SecureContextOptions, { certFile, keyFile }: TlsFiles): void {
  try {
    createSecureContext(context);
  } catch (cause) {
    throw new VerifyError('SERVICE_INVALID', `the service cannot speak TLS: ${whyUnusable(context, { certFile, keyFile }, cause)}`, {
      hint: 'Give a certificate and the key that belongs to it, both in PEM.',
      cause,
    });
  }
}

/** Says which of the two files is the wrong one, in words: OpenSSL names neither. */
function whyUnusable({ cert, key }: SecureContextOptions, { certFile, keyFile }: Omit<TlsFiles, 'clientCaFile'>, cause: unknown): string {
  const certificate = parsed(() => new X509Certificate(cert as Buffer));
  const privateKey = parsed(() => createPrivateKey(key as Buffer));
  if (certificate === undefined) return `${certFile} is not a certificate in PEM`;
  if (privateKey === undefined) return `${keyFile} is not a private key in PEM, without a password`;
  if (!certificate.checkPrivateKey(privateKey)) return `the key ${keyFile} does not belong to the certificate ${certFile}`;
  return `${certFile} and ${keyFile} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`;
}

function parsed<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
