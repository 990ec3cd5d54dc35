import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { canonicalJson, type JsonValue } from '@release-capsule/schema';
import { longAgo, rootLogJson } from '../../trust/testing/root-json.ts';
import { pae } from './signing.ts';

/** What is entered into a log. */
export interface LoggedSignature {
  readonly payload: Buffer;
  readonly signature: Buffer;
  readonly certificate: Buffer;
  /** What Rekor v2 hashes the signed bytes with; by default SHA-256. */
  readonly hash?: 'sha256' | 'sha384';
}

/** A transparency log with one other entry in it, which writes entries as Rekor v1 and Rekor v2 do. */
export class TestLog {
  readonly #name: string;
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  constructor(name = 'log.example') {
    this.#name = name;
  }

  /** Enters a DSSE envelope as Rekor v1 does: with a promise that states the time. */
  enterV1({ payload, signature, certificate }: LoggedSignature, integratedSeconds: number = soonSeconds()): LogEntryJson {
    const entry = this.#enter('dsse', '0.0.1', {
      payloadHash: { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') },
      signatures: [{ signature: signature.toString('base64'), verifier: pemOf(certificate) }],
    });
    return this.#promised(entry, integratedSeconds);
  }

  /** Enters the bytes that an envelope signs, as another kind of entry of Rekor v1. */
  enterV1Hashed({ payload, signature, certificate }: LoggedSignature, integratedSeconds: number = soonSeconds()): LogEntryJson {
    const value = createHash('sha256').update(pae(payload)).digest('hex');
    const entry = this.#enter('hashedrekord', '0.0.1', {
      data: { hash: { algorithm: 'sha256', value } },
      signature: { content: signature.toString('base64'), publicKey: { content: pemOf(certificate) } },
    });
    return this.#promised(entry, integratedSeconds);
  }

  /** Enters a DSSE envelope as Rekor v2 does: a hashed record of the bytes that were signed, without a time. */
  enterV2({ payload, signature, certificate, hash: name = 'sha256' }: LoggedSignature): LogEntryJson {
    return this.#enter('hashedrekord', '0.0.2', {
      hashedRekordV002: {
        data: { algorithm: name.replace('sha', 'SHA2_'), digest: createHash(name).update(pae(payload)).digest('base64') },
        signature: {
          content: signature.toString('base64'),
          verifier: { keyDetails: 'PKIX_ECDSA_P256_SHA_256', x509Certificate: { rawBytes: certificate.toString('base64') } },
        },
      },
    });
  }

  /** Promises to include an entry as Rekor v1 does, in the form in which cosign keeps it beside older signatures. */
  promise(body: object, changes: object = {}): object {
    const integratedTime = Math.floor(Date.now() / 1000) + 60;
    const entry = { body: Buffer.from(JSON.stringify(body)).toString('base64'), integratedTime, logID: this.#keyId().toString('hex'), logIndex: 7 };
    const payload = { ...entry, ...changes };
    return { SignedEntryTimestamp: this.#sign(JSON.stringify(payload)).toString('base64'), Payload: payload };
  }

  /** The log as a trusted root has it; `validFor` is open at its end unless given. */
  rootEntry(validFor: object = { start: longAgo }): object {
    return rootLogJson({ baseUrl: `https://${this.#name}`, publicKey: this.#spki(), logId: this.#keyId(), validFor });
  }

  /** Signs a checkpoint for a tree of two leaves. */
  checkpoint(rootHash: Buffer): string {
    const note = `${this.#name}\n2\n${rootHash.toString('base64')}\n`;
    const signature = Buffer.concat([this.#keyId().subarray(0, 4), this.#sign(note)]);
    return `${note}\n\u2014 ${this.#name} ${signature.toString('base64')}\n`;
  }

  #promised(entry: LogEntryJson, integratedTime: number): LogEntryJson {
    const { canonicalizedBody: body, logIndex } = entry;
    const promised = { body, integratedTime, logID: this.#keyId().toString('hex'), logIndex: Number(logIndex) };
    const signedEntryTimestamp = this.#sign(canonicalJson(promised)).toString('base64');
    return { ...entry, integratedTime: String(integratedTime), inclusionPromise: { signedEntryTimestamp } };
  }

  #enter(kind: string, version: string, spec: JsonValue): LogEntryJson {
    const body = Buffer.from(canonicalJson({ apiVersion: version, kind, spec }));
    const sibling = randomBytes(32);
    const rootHash = hash(Buffer.from([1]), sibling, hash(Buffer.from([0]), body));
    return {
      logIndex: '1',
      logId: { keyId: this.#keyId().toString('base64') },
      kindVersion: { kind, version },
      inclusionProof: {
        logIndex: '1',
        rootHash: rootHash.toString('base64'),
        treeSize: '2',
        hashes: [sibling.toString('base64')],
        checkpoint: { envelope: this.checkpoint(rootHash) },
      },
      canonicalizedBody: body.toString('base64'),
    };
  }

  #sign(data: string | Uint8Array): Buffer {
    return sign('sha256', Buffer.from(data), this.#pair.privateKey);
  }

  #spki(): Buffer {
    return this.#pair.publicKey.export({ type: 'spki', format: 'der' });
  }

  #keyId(): Buffer {
    return hash(this.#spki());
  }
}

/** The JSON of a log entry in a bundle. */
export interface LogEntryJson {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly integratedTime?: string;
  readonly inclusionPromise?: { readonly signedEntryTimestamp: string };
  readonly inclusionProof: {
    readonly logIndex: string;
    readonly rootHash: string;
    readonly treeSize: string;
    readonly hashes: readonly string[];
    readonly checkpoint: { readonly envelope: string };
  };
  readonly canonicalizedBody: string;
}

/** After the certificates of a test begin, before they end. */
function soonSeconds(): number {
  return Math.floor(Date.now() / 1000) + 60;
}

function pemOf(certificate: Buffer): string {
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`;
  return Buffer.from(pem).toString('base64');
}

function hash(...parts: readonly Buffer[]): Buffer {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest();
}
