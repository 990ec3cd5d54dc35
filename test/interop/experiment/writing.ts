import type { Draw } from './draw.ts';
import type { ReferenceKind } from './yaml-value.ts';

/** The draws by which a file is written, and the directory that its references start from. */
export interface Writing {
  readonly draw: Draw;
  readonly directory: string;
  /** Puts a file into the package at the path that an odd text may name, so that the path exists. */
  readonly decoy?: (reference: string, kind: ReferenceKind, draw: Draw) => void;
}
