import type { PackWarning } from '@release-capsule/packer';
import type { ReleaseImage } from '@release-capsule/schema';
import type { PackResult } from '../pack-into.ts';
import { namingRows } from './naming-rows.ts';
import { shortenDigests } from './short-digests.ts';
import type { Style } from './style.ts';
import { alignRows, count, formatBytes } from './table.ts';

/** What `capsule pack --json` prints. Its JSON Schema is schema/pack.schema.json. */
export interface PackedJson {
  readonly reference: string;
  readonly digest: string;
  readonly tag: string;
  readonly tagging: 'set' | 'unchanged';
  readonly name: string;
  readonly gitCommit: string;
  readonly image?: ReleaseImage;
  readonly package: { readonly kind: string; readonly path: string; readonly digest: string; readonly files: number };
  readonly layerBytes: number;
  /** Absent if there are none. */
  readonly warnings?: readonly PackWarning[];
}

/** Puts a packed capsule into plain data. */
export function packedJson({ packed, tag, reference, tagging }: PackResult): PackedJson {
  const { record, descriptor, packageFiles, layerBytes, warnings } = packed;
  return {
    reference,
    digest: descriptor.digest,
    tag,
    tagging,
    name: record.name,
    gitCommit: record.gitCommit,
    ...(record.image !== undefined && { image: record.image }),
    package: { ...record.package, files: packageFiles },
    layerBytes,
    ...(warnings.length > 0 && { warnings }),
  };
}

/** What was done with a packed capsule, and what there is to say beside. */
export interface PackedLinesOptions {
  readonly done?: 'packed' | 'released';
  readonly more?: readonly (readonly [string, string])[];
  /** Whether a person reads it on a terminal: digests are cut to what is compared, but for those of the capsule. */
  readonly isTerminal: boolean;
}

/** Describes a packed capsule to people. */
export function packedLines(result: PackResult, style: Style, options: PackedLinesOptions): readonly string[] {
  const { done = 'packed', more = [], isTerminal } = options;
  const { packed, tag, reference, tagging } = result;
  const { record, descriptor, packageFiles, layerBytes } = packed;
  const verb = tagging === 'set' ? done : `already ${done}, the same bytes`;
  const lines = [
    `${style.green('✔')} ${style.bold(record.name)} ${verb}`,
    ...alignRows(
      [
        ['reference', style.cyan(reference)],
        ['digest', descriptor.digest],
        ['tag', tag],
        ...(record.image === undefined ? [] : imageRows(record.image)),
        ['package', `${record.package.kind}, ${count(packageFiles, 'file')}, ${formatBytes(layerBytes)} compressed`],
        ['source', `${record.source.repoURL}, ${record.source.path}`],
        ...more,
      ],
      '  ',
    ),
  ];
  return isTerminal ? shortenDigests(lines, isCopied) : lines;
}

/** Of what names the capsule, every digit is shown: it is what the next command is given. */
function isCopied(line: string): boolean {
  return /^ {2}(?:reference|digest|tag) /.test(line);
}

function imageRows(image: ReleaseImage): readonly (readonly [string, string])[] {
  return [['image', `${image.repoURL}@${image.digest}`], ...namingRows(image)];
}
