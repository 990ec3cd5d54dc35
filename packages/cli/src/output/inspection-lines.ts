import type { DescribedReferrer } from '@release-capsule/verifier';
import type { Inspection } from '../inspect/inspect-capsule.ts';
import type { Style } from './style.ts';
import { alignRows, count, formatBytes } from './table.ts';
import { treeLines } from './tree-lines.ts';

/** Describes a capsule to people: the record, the tree, what is attached. */
export function inspectionLines(place: string, inspection: Inspection, style: Style): readonly string[] {
  const { release, files, layer, attached } = inspection;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return [
    `${style.bold(release.name)} ${style.cyan(`${place}@${inspection.digest}`)}`,
    '',
    ...alignRows(recordRows(inspection), '  '),
    '',
    style.bold(`${count(files.length, 'file')}, ${formatBytes(total)}; ${formatBytes(layer.size)} compressed`),
    ...treeLines(files, style),
    '',
    style.bold(attached.length === 0 ? 'nothing attached: the capsule is not signed' : `${attached.length} attached`),
    ...attached.map((artifact) => `  ${attachedLine(artifact, style)}`),
  ];
}

function recordRows({ release, created, layer, manifestBytes }: Inspection): readonly (readonly [string, string])[] {
  const { image, images, package: deploy, source, metadata, annotations } = release;
  return [
    ['commit', release.gitCommit],
    ['committed', created],
    ...(image === undefined ? [] : [['image', `${image.repoURL}:${image.tag}@${image.digest}`] as const]),
    ...images.map(({ repoURL, digest }) => ['also runs', `${repoURL}@${digest}`] as const),
    ['package', `${deploy.kind}, ${deploy.path}, ${deploy.digest}`],
    ['source', `${source.repoURL}, ${source.path}`],
    ...(source.include.length === 0 ? [] : [['include', source.include.join(', ')] as const]),
    ...(source.exclude.length === 0 ? [] : [['exclude', source.exclude.join(', ')] as const]),
    ['source proof', metadata.sourceProofPath === undefined ? 'none' : 'carried'],
    ['manifest', formatBytes(manifestBytes)],
    ['layer', `${layer.digest}, ${formatBytes(layer.size)}`],
    ...Object.entries(annotations),
  ];
}

function attachedLine({ kind, digest, predicateType, signer, artifactType }: DescribedReferrer, style: Style): string {
  if (kind === 'signature') return `${style.green('signature')}    by ${signer ?? 'nobody known'}  ${style.dim(digest)}`;
  if (kind === 'attestation') return `attestation  ${predicateType ?? ''} by ${signer ?? 'nobody known'}  ${style.dim(digest)}`;
  return `${kind === 'other' ? 'other' : style.yellow(kind)}  ${artifactType}  ${style.dim(digest)}`;
}
