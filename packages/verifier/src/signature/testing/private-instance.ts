import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTSA } from '@sigstore/mock';
import { bufferOf, type RootJson, rootAuthorityJson, rootJsonOf, rootLogJson } from '../../trust/testing/root-json.ts';
import { bundleMediaType, pae } from './signing.ts';
import { TestLog } from './test-log.ts';

/** What a certificate of the instance shall say. */
export interface TestIdentity {
  readonly identity: string;
  readonly issuer: string;
  /** Further extensions below Fulcio's arc, by their last number: raw text. */
  readonly extensions?: Readonly<Record<number, string>>;
}

/** What vouches for a signature, and what is wrong with it. */
export interface SignedUnder {
  /** Kinds of log entries; `v1` carries a promise with its time. Default: one of `v2`. */
  readonly logs?: readonly ('v1' | 'v2')[];
  /** Whether a timestamp authority vouches for the time. Default: yes. */
  readonly timestamp?: boolean;
  /** The instance whose timestamp authority is asked instead of this one's. */
  readonly timestampBy?: PrivateInstance;
}

/** A certificate and the key that it is for. */
export interface TestCertificate {
  readonly der: Buffer;
  readonly privateKey: KeyObject;
}

type Authority = Awaited<ReturnType<typeof initializeCA>>;
type TimestampAuthority = Awaited<ReturnType<typeof initializeTSA>>;
type CertificateLog = Awaited<ReturnType<typeof initializeCTLog>>;

interface Parts {
  readonly authority: Authority;
  readonly certificateLog: CertificateLog;
  readonly timestampAuthority: TimestampAuthority;
}

const fulcioArc = '1.3.6.1.4.1.57264.1';
const sha256Oid = '2.16.840.1.101.3.4.2.1';

/** A Sigstore of a test's own: certificate authority, both kinds of logs, timestamp authority. */
export class PrivateInstance {
  readonly log: TestLog = new TestLog();
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts one; `clock` is when its certificates begin, `timestampClock` what its timestamps say: now unless given. */
  static async start({ clock, timestampClock, scts = true }: InstanceOptions = {}): Promise<PrivateInstance> {
    const started = new Date(0);
    const certificateLog = await initializeCTLog(newPair());
    const authority = await initializeCA(newPair('P-384'), scts ? certificateLog : undefined, clock ?? started);
    const timestampAuthority = await initializeTSA(newPair('P-384'), timestampClock ?? clock ?? started);
    // Set only now: the authorities' own certificates begin while they are made, which takes seconds on a loaded machine.
    started.setTime(nextSecond());
    return new PrivateInstance({ authority, certificateLog, timestampAuthority });
  }

  /** Issues a certificate. */
  async issue({ identity, issuer, extensions = {} }: TestIdentity): Promise<TestCertificate> {
    const { privateKey, publicKey } = newPair();
    const der = await this.#parts.authority.issueCertificate({
      publicKey: Buffer.from(publicKey.export({ type: 'spki', format: 'der' })),
      subjectAltName: identity,
      extensions: [
        { oid: `${fulcioArc}.1`, value: issuer, legacy: true },
        { oid: `${fulcioArc}.8`, value: issuer },
        ...Object.entries(extensions).map(([last, value]) => ({ oid: `${fulcioArc}.${last}`, value, legacy: true })),
      ],
    });
    return { der: bufferOf(der), privateKey };
  }

  /** Signs a statement as an identity, and returns the JSON of the bundle, for tests to change. */
  async sign(payload: Buffer, as: TestIdentity, under: SignedUnder = {}): Promise<KeylessJson> {
    return this.signWith(payload, await this.issue(as), under);
  }

  /** Signs a statement with a certificate. */
  async signWith(payload: Buffer, { der, privateKey }: TestCertificate, under: SignedUnder = {}): Promise<KeylessJson> {
    const { logs = ['v2'], timestamp = true, timestampBy = this } = under;
    const signature = sign('sha256', pae(payload), privateKey);
    const logged = { payload, signature, certificate: der };
    const tlogEntries = logs.map((kind) => (kind === 'v1' ? this.log.enterV1(logged) : this.log.enterV2(logged)));
    const rfc3161Timestamps = timestamp ? [{ signedTimestamp: await timestampBy.timestamp(signature) }] : [];
    return {
      mediaType: bundleMediaType,
      verificationMaterial: {
        certificate: { rawBytes: der.toString('base64') },
        ...(tlogEntries.length > 0 && { tlogEntries }),
        ...(timestamp && { timestampVerificationData: { rfc3161Timestamps } }),
      },
      dsseEnvelope: {
        payload: payload.toString('base64'),
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ sig: signature.toString('base64') }],
      },
    };
  }

  /** Makes an RFC 3161 timestamp of bytes, in base64. */
  async timestamp(bytes: Buffer): Promise<string> {
    const artifactHash = createHash('sha256').update(bytes).digest();
    const request = { artifactHash, hashAlgorithmOID: sha256Oid, nonce: 1, policyOID: `${fulcioArc}.2` };
    return bufferOf(await this.#parts.timestampAuthority.timestamp(request)).toString('base64');
  }

  /** The JSON of the instance's trusted root, with `changes` on top. */
  root(changes: Partial<RootJson> = {}): RootJson {
    const { authority, certificateLog, timestampAuthority } = this.#parts;
    const { rootCertificate, intCertificate } = timestampAuthority;
    const { publicKey, logID: logId } = certificateLog;
    return rootJsonOf({
      tlogs: [this.log.rootEntry()],
      certificateAuthorities: [rootAuthorityJson('https://authority.example', [authority.rootCertificate])],
      ctlogs: [rootLogJson({ baseUrl: 'https://ctlog.example', publicKey, logId })],
      timestampAuthorities: [rootAuthorityJson('https://authority.example', [intCertificate, rootCertificate])],
      ...changes,
    });
  }
}

/** How an instance is started. */
export interface InstanceOptions {
  readonly clock?: Date;
  readonly timestampClock?: Date;
  readonly scts?: boolean;
}

/** The JSON of a keyless bundle. */
export interface KeylessJson {
  readonly mediaType: string;
  readonly verificationMaterial: {
    readonly certificate: { readonly rawBytes: string };
    readonly tlogEntries?: readonly object[];
    readonly timestampVerificationData?: { readonly rfc3161Timestamps: readonly object[] };
  };
  readonly dsseEnvelope: object;
}

/** A whole second, since the mock writes fractions that readers do not take; not before what begins now. */
function nextSecond(): number {
  return (Math.floor(Date.now() / 1000) + 1) * 1000;
}

function newPair(namedCurve = 'P-256'): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve });
}
