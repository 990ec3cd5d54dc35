import { quote, SchemaError } from '@release-capsule/schema';

// Source: Microsoft, "Naming Files, Paths, and Namespaces".
const reserved = /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\.|$)/i;
const forbidden = /[<>:"|?*]|[. ]$/;

/**
 * Refuses, on Windows only, a path that Windows cannot hold or would take for a device or a stream.
 * @throws {SchemaError} `PATH_UNSUPPORTED_HERE`.
 */
export function assertHoldable(path: string, platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32') return;
  for (const segment of path.replace(/\/$/, '').split('/')) {
    if (!reserved.test(segment) && !forbidden.test(segment)) continue;
    throw new SchemaError('PATH_UNSUPPORTED_HERE', `Windows cannot hold the path ${quote(path)}`, {
      hint: 'Unpack on another system, or rename the file in Git.',
    });
  }
}
