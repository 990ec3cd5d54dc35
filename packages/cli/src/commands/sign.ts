import { checkCapsuleContent, signCapsule } from '@release-capsule/packer';
import type { Descriptor } from '@release-capsule/oci';
import { CliError } from '../errors.ts';
import { exitStatus } from '../exit-status.ts';
import { declareRegistryOptions, type RegistryOptions, requiredOption } from '../input/common-options.ts';
import { loadSigner } from '../input/load-signer.ts';
import { alignRows } from '../output/table.ts';
import type { CommandModule } from '../run-command.ts';
import { type OpenedStore, openStore } from '../stores/open-store.ts';

interface SignFlags extends RegistryOptions {
  readonly key?: string;
}

const example = `
Example:
  COSIGN_PASSWORD=... capsule sign oci:./capsules:git-... --key keys/cosign.key

A tag is resolved once, and its digest printed. What could not be unpacked is never signed.`;

/** `capsule sign`: attaches a signature to a capsule, after it has been judged by the format. */
export const signCommand: CommandModule = {
  name: 'sign',
  declare(command, act) {
    declareRegistryOptions(command)
      .description('Sign a capsule, as cosign signs an image.')
      .argument('<reference>', 'oci:DIR:TAG, oci:DIR@DIGEST, REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST')
      .option('--key <file>', "the private key: cosign's format or PKCS#8")
      .addHelpText('after', example);
    act<SignFlags>(async ([text = ''], flags, { context, output }) => {
      const key = requiredOption(flags.key, '--key FILE');
      const opened = await openStore(text, { plainHttp: flags.plainHttp ?? false }, context);
      output.step('Resolving the reference');
      const capsule = await resolveCapsule(opened, context.signal);
      output.end(); // a prompt for the password must stand alone
      const { signer } = await loadSigner(key, context);
      output.step(`Checking ${capsule.digest}, then signing it`);
      const { now, signal } = context;
      const signature = await signCapsule(opened.store, capsule, signer, { checkContent: checkCapsuleContent, now, signal });
      const rows = alignRows([['capsule', `${opened.place}@${capsule.digest}`], ['signature', signature.digest]], '  ');
      output.result({ reference: `${opened.place}@${capsule.digest}`, digest: capsule.digest, signature: { digest: signature.digest } }, [
        `${output.style.green('✔')} signed`,
        ...rows,
      ]);
      return exitStatus.ok;
    });
  },
};

/**
 * Resolves what a reference names, once; everything after goes by the digest.
 * @throws {CliError} `OPTION_INVALID` where it names neither tag nor digest.
 */
export async function resolveCapsule({ store, reference, place }: OpenedStore, signal: AbortSignal): Promise<Descriptor> {
  const name = reference.digest ?? reference.tag;
  if (name !== undefined) return store.resolve(name, signal);
  throw new CliError('OPTION_INVALID', `${place} names no capsule`, { hint: `Add a tag or a digest: ${place}:git-<commit>.` });
}
