import { OciError, openRegistry, type RegistryOptions } from '@release-capsule/oci';
import { type Digest, parseDigest } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import type { TaggedImage } from './lock-options.ts';

/**
 * Makes what asks each image's registry for the digest behind its tag: of the index, where it is of several platforms.
 * It throws {OciError} of the registry's code, with the image in its message.
 */
export function registryResolver(options: RegistryOptions = {}, signal?: AbortSignal): (image: TaggedImage) => Promise<Digest> {
  assertArguments({ 'options?': 'object', 'signal?': 'signal' }, { options, signal });
  return async ({ repository, tag }) => {
    const slash = repository.indexOf('/');
    const location = { registry: repository.slice(0, slash), repository: repository.slice(slash + 1) };
    try {
      return parseDigest((await openRegistry(location, options).resolve(tag, signal)).digest);
    } catch (cause) {
      if (!(cause instanceof OciError)) throw cause;
      const { code, message, hint } = cause;
      const what = `the digest of ${repository}:${tag} cannot be found: ${message}`;
      throw new OciError(code, what, { ...(hint !== undefined && { hint }), cause });
    }
  };
}
