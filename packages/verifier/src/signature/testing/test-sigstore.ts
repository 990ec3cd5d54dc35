import { parseTrustedRoot } from '../../trust/parse-trusted-root.ts';
import type { TrustedRoot } from '../../trust/trusted-root.ts';
import { PrivateInstance, type TestCertificate } from './private-instance.ts';

/** A Sigstore of a test's own, with its evidence as cosign keeps it in annotations. */
export interface TestSigstore {
  readonly root: TrustedRoot;
  /** The bytes of `trusted_root.json`. */
  readonly rootJson: Buffer;
  /** A certificate for a new key. */
  certify(identity: string): Promise<TestCertificate>;
  /** What the log promises of an entry. */
  promise(body: object, changes?: object): string;
  /** A timestamp over these bytes. */
  stamp(bytes: Buffer): Promise<string>;
}

/** Starts one; `logPeriod` is when its root says that the log was in use. */
export async function testSigstore(logPeriod?: object): Promise<TestSigstore> {
  const instance = await PrivateInstance.start();
  const rootJson = Buffer.from(JSON.stringify(instance.root({ tlogs: [instance.log.rootEntry(logPeriod)] })));
  return {
    rootJson,
    root: parseTrustedRoot(rootJson, { source: 'file', label: 'trusted_root.json' }),
    certify: (identity) => instance.issue({ identity, issuer: 'https://issuer.example' }),
    promise: (body, changes = {}) => JSON.stringify(instance.log.promise(body, changes)),
    stamp: async (bytes) => JSON.stringify({ SignedRFC3161Timestamp: await instance.timestamp(bytes) }),
  };
}
