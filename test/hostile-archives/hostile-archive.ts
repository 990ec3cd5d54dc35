import type { SchemaErrorCode } from '@release-capsule/schema';

/** An archive that must be refused. */
export interface HostileArchive {
  readonly name: string;
  /** With which code a reader refuses it. */
  readonly code: SchemaErrorCode;
  /** Makes the bytes of the gzip layer. */
  readonly build: () => Buffer;
}

/** Makes one hostile archive. */
export function hostile(code: SchemaErrorCode, name: string, build: () => Buffer): HostileArchive {
  return { name, code, build };
}
