import type { Draw } from './draw.ts';
import type { ReferenceKind } from './yaml-value.ts';

/** By which lots a file is written, and from which directory its references go. */
export interface Writing {
  readonly draw: Draw;
  readonly directory: string;
  /** Puts a file in the package where a text that was made odd would name one, so that it does. */
  readonly decoy?: (reference: string, kind: ReferenceKind, draw: Draw) => void;
}
