import { signCapsule } from '@release-capsule/packer';
import { exitStatus } from '../exit-status.ts';
import { requiredOption } from '../input/option-values.ts';
import { declareRegistryOptions, type RegistryOptions } from '../input/registry-options.ts';
import { loadSigner } from '../input/load-signer.ts';
import { alignRows } from '../output/table.ts';
import type { CommandModule } from '../run-command.ts';
import { openStore } from '../stores/open-store.ts';
import { resolveCapsule } from '../stores/resolve-capsule.ts';

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
      const signature = await signCapsule(opened.store, capsule, signer, { now, signal });
      const rows = alignRows([['capsule', `${opened.place}@${capsule.digest}`], ['signature', signature.digest]], '  ');
      output.result({ reference: `${opened.place}@${capsule.digest}`, digest: capsule.digest, signature: { digest: signature.digest } }, [
        `${output.style.green('✔')} signed`,
        ...rows,
      ]);
      return exitStatus.ok;
    });
  },
};
