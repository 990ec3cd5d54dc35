import type { Descriptor } from '@release-capsule/oci';
import { type LoadedSigner, loadSigner } from './input/load-signer.ts';
import type { RegistryOptions } from './input/registry-options.ts';
import type { SigningFlags } from './input/signing-flags.ts';
import type { CommandRun } from './run-command.ts';
import { type OpenedStore, openStore } from './stores/open-store.ts';
import { resolveCapsule } from './stores/resolve-capsule.ts';

/** A capsule that is to be signed or attested, and who does it. */
export interface OpenedToSign {
  readonly opened: OpenedStore;
  readonly capsule: Descriptor;
  readonly signer: LoadedSigner;
}

/**
 * Opens the store that a reference names, resolves the capsule once, and loads the signer.
 * @throws {CliError} `OPTION_INVALID`; {OciError} what the store throws; those of `loadSigner`.
 */
export async function openToSign(
  reference: string,
  flags: SigningFlags & RegistryOptions,
  { context, output }: CommandRun,
): Promise<OpenedToSign> {
  const opened = await openStore(reference, { plainHttp: flags.plainHttp ?? false }, context);
  output.step('Resolving the reference');
  const capsule = await resolveCapsule(opened, context.signal);
  output.end(); // a prompt for the password must stand alone
  return { opened, capsule, signer: await loadSigner(flags, context) };
}
