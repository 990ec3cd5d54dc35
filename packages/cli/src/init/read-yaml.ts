import { parseYaml, SchemaError } from '@release-capsule/schema';

/** More than any file of a set-up has: ours are a kilobyte. */
export const maxFileBytes: number = 64 * 1024;

/** Reads a document of YAML; nothing of what is none. */
export function readYaml(text: string): unknown {
  try {
    return parseYaml(Buffer.from(text), { what: 'the file', maxBytes: maxFileBytes });
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}
