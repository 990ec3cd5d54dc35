import type { SignatureFacts, SigningServices } from '@release-capsule/packer';

/** What `--json` says of a fresh signature: who signed, where it is logged, and when. */
export interface SignedJson {
  readonly by: SignatureFacts['by'];
  readonly logged: readonly { readonly url?: string; readonly logId: string; readonly logIndex: string; readonly time?: string }[];
  readonly timestamps: readonly string[];
  /** The digest of the manifest under cosign's `.sig` tag. */
  readonly legacy?: string;
}

/** Puts what a fresh signature says of itself into plain data. Entries come in the order in which the logs were asked. */
export function signedJson({ by, logged, timestamps, legacy }: SignatureFacts, { logs }: SigningServices): SignedJson {
  return {
    by,
    logged: logged.map(({ logId, logIndex, time }, index) => {
      const url = logs[index]?.url.href;
      return { ...(url !== undefined && { url }), logId, logIndex, ...(time !== undefined && { time: time.toISOString() }) };
    }),
    timestamps: timestamps.map((time) => time.toISOString()),
    ...(legacy !== undefined && { legacy }),
  };
}

/** Describes a fresh signature to people. */
export function signedRows({ by, logged, timestamps, legacy }: SignedJson): readonly (readonly [string, string])[] {
  const who = by.kind === 'key' ? `key ${by.fingerprint}` : `${by.identity} (${by.issuer})`;
  return [
    ['signed by', who],
    ...logged.map(({ url, logId, logIndex }) => ['logged', `entry ${logIndex} of ${url ?? logId}`] as const),
    ...timestamps.map((time) => ['timestamp', time] as const),
    ...(legacy === undefined ? [] : [['.sig tag', legacy] as const]),
  ];
}
