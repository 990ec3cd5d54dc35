import type { initializeCA, initializeCTLog, initializeTSA } from '@sigstore/mock';
import { rootAuthorityJson, rootJsonOf, rootLogJson } from '../../packages/verifier/src/trust/testing/root-json.ts';
import type { TestLog } from './test-log.ts';

/** Whom a trusted root trusts. */
export interface TrustedParties {
  readonly authority: Awaited<ReturnType<typeof initializeCA>>;
  readonly ctLog: Awaited<ReturnType<typeof initializeCTLog>>;
  readonly tsa: Awaited<ReturnType<typeof initializeTSA>>;
  readonly logs: readonly TestLog[];
}

/** Writes `trusted_root.json`. */
export function writeTrustedRoot({ authority, ctLog, tsa, logs }: TrustedParties): string {
  const root = rootJsonOf({
    tlogs: logs.map(({ host, publicKey, logId }) => rootLogJson({ baseUrl: `https://${host}`, publicKey, logId })),
    certificateAuthorities: [rootAuthorityJson('https://fulcio.test', [authority.rootCertificate])],
    ctlogs: [rootLogJson({ baseUrl: 'https://ct.test', publicKey: ctLog.publicKey, logId: ctLog.logID })],
    timestampAuthorities: [rootAuthorityJson('https://tsa.test', [tsa.intCertificate, tsa.rootCertificate])],
  });
  return JSON.stringify(root);
}
