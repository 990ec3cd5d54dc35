import type { OutsideReason } from './outside-reference.ts';
import type { PackageTree } from './package-tree.ts';
import type { ParsedFiles } from './parsed-files.ts';

/** What a check of one file's references works with. */
export interface ReferenceScope {
  readonly tree: PackageTree;
  readonly parsed: ParsedFiles;
  /** The directory that relative paths start from. */
  readonly directory: string;
  report(field: string, reference: string, reason: OutsideReason, detail: string): void;
  /** The same reporting, under another file or from another directory. */
  within(file: string, directory: string): ReferenceScope;
  /** Tells whether a chart is met for the first time: several files can lead to one chart. */
  enterChart(directory: string): boolean;
}
