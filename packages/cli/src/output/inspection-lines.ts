import type { ReleaseRecord } from '@release-capsule/schema';
import { type DescribedReferrer, placeText } from '@release-capsule/verifier';
import type { Inspection } from '../inspect/inspect-capsule.ts';
import { claimTexts, commitRows, packageRows, type Row, whoText } from './inspection-rows.ts';
import { namingRows } from './naming-rows.ts';
import { shortenDigests } from './short-digests.ts';
import type { Style } from './style.ts';
import { alignRows, count, formatBytes } from './table.ts';
import { treeLines } from './tree-lines.ts';

const maxPolicies = 3; // more fill the screen; --json has them all

/** How a capsule is shown. */
export interface InspectionLook {
  readonly style: Style;
  /** Whether a person reads it on a terminal: digests are cut to what is compared, but for the capsule's. */
  readonly isTerminal: boolean;
}

/** What is printed of a capsule. */
export interface InspectionLines {
  readonly lines: readonly string[];
  /** Tells which of them are a part of a policy: they are copied. */
  readonly isText: (line: string) => boolean;
}

/** Describes a capsule to people: the record, the tree, what is attached, and a policy for each signer. */
export function inspectionLines(place: string, inspection: Inspection, { style, isTerminal }: InspectionLook): InspectionLines {
  const described = describedLines(place, inspection, style);
  const policies = inspection.policies.slice(0, maxPolicies).map(({ signer, policy }) => policyLines(signer, policy, style));
  const text = new Set(policies.flatMap(({ text: lines }) => lines));
  const [heading = '', ...more] = described;
  const lines = [heading, ...(isTerminal ? shortenDigests(more, (line) => /^ {2}commit /.test(line)) : more)];
  const suggested = policies.flatMap(({ heading: about, text: policy }) => ['', about, ...policy]);
  return { lines: [...lines, ...suggested], isText: (line) => text.has(line) };
}

function describedLines(place: string, inspection: Inspection, style: Style): readonly string[] {
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
    ...attached.flatMap((artifact) => attachedLines(artifact, style)),
  ];
}

function recordRows(inspection: Inspection): readonly Row[] {
  const { release } = inspection;
  return [...commitRows(inspection), ...imageRows(release), ...packageRows(inspection), ...Object.entries(release.annotations)];
}

function imageRows({ image, images }: ReleaseRecord): readonly Row[] {
  return [
    ...(image === undefined ? [] : [['image', `${image.repoURL}:${image.tag}@${image.digest}`] as const, ...namingRows(image)]),
    ...images.map(({ repoURL, digest }) => ['also runs', `${repoURL}@${digest}`] as const),
  ];
}

function attachedLines(artifact: DescribedReferrer, style: Style): readonly string[] {
  const { kind, digest, predicateType = '', artifactType, place, signing } = artifact;
  const found = place === undefined ? '' : ` ${placeText(place)}`;
  const where = `${style.dim(digest)}${found}`;
  if (signing === undefined) return [`  ${kind === 'other' ? 'other' : style.yellow(kind)}  ${artifactType}  ${where}`];
  const what = kind === 'signature' ? style.green('signature') : `attestation ${predicateType}`;
  return [`  ${what} by ${whoText(signing)}`, `    ${where}`, ...claimTexts(signing).map((line) => `    ${line}`)];
}

interface PolicyLines {
  readonly heading: string;
  readonly text: readonly string[];
}

function policyLines(signer: string, policy: string, style: Style): PolicyLines {
  const heading = style.bold(`a policy that accepts only ${signer}, if this is your signer:`);
  return { heading, text: policy.trimEnd().split('\n').map((line) => `  ${line}`) };
}
