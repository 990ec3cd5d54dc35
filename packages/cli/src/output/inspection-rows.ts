import { signerText, type SigningFacts } from '@release-capsule/verifier';
import type { Inspection } from '../inspect/inspect-capsule.ts';
import { formatBytes } from './table.ts';

/** A label, and what it labels. */
export type Row = readonly [label: string, value: string];

/** Describes to people which commit a capsule is of. */
export function commitRows({ release, created }: Inspection): readonly Row[] {
  return [['commit', release.gitCommit], ['committed', created]];
}

/** Describes to people what a capsule packs, and where that came from. */
export function packageRows({ release, layer, manifestBytes }: Inspection): readonly Row[] {
  const { package: deploy, source, metadata } = release;
  return [
    ['package', `${deploy.kind}, ${deploy.path}, ${deploy.digest}`],
    ['source', `${source.repoURL}, ${source.path}`],
    ...(source.include.length === 0 ? [] : [['include', source.include.join(', ')] as const]),
    ...(source.exclude.length === 0 ? [] : [['exclude', source.exclude.join(', ')] as const]),
    ['source proof', metadata.sourceProofPath === undefined ? 'none' : 'carried'],
    ['manifest', formatBytes(manifestBytes)],
    ['layer', `${layer.digest}, ${formatBytes(layer.size)}`],
  ];
}

/** Names who a signature says has signed. */
export function whoText({ signer }: Pick<SigningFacts, 'signer'>): string {
  return signer.kind === 'certificate' ? `${signer.identity}, vouched for by ${signer.issuer}` : signerText(signer);
}

/** Describes when and where a signature says that it was made. Nothing of it has been verified. */
export function claimTexts({ signedAt, logged }: SigningFacts): readonly string[] {
  return [
    ...(signedAt.length === 0 ? [] : [`says signed at ${signedAt.join(', ')} (not verified)`]),
    ...(logged.length === 0 ? [] : [`says logged at ${logged.join(', ')} (not verified)`]),
  ];
}
