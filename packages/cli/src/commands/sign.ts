import { exitStatus } from '../exit-status.ts';
import { declareRegistryOptions, type RegistryOptions } from '../input/registry-options.ts';
import { declareSigningOptions, type SigningFlags } from '../input/signing-flags.ts';
import { signedRows } from '../output/signed.ts';
import { alignRows } from '../output/table.ts';
import { openToSign } from '../open-to-sign.ts';
import type { CommandModule } from '../run-command.ts';
import { signAndCheck } from '../sign-and-check.ts';

const example = `
Example:
  COSIGN_PASSWORD=... \\
    capsule sign oci:./capsules:git-... --key keys/cosign.key
  capsule sign ghcr.io/example/app-capsule@sha256:... --keyless

The second one is for a CI job that may have an identity token. A tag is
resolved once, and its digest printed. What could not be unpacked is never
signed.`;

/** `capsule sign`: attaches a signature to a capsule, after it has been judged by the format. */
export const signCommand: CommandModule = {
  name: 'sign',
  declare(command, act) {
    declareSigningOptions(declareRegistryOptions(command))
      .description('Sign a capsule, as cosign signs an image.')
      .argument('<reference>', 'oci:DIR:TAG, oci:DIR@DIGEST, REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST')
      .addHelpText('after', example);
    act<SigningFlags & RegistryOptions>(async ([text = ''], flags, run) => {
      const { context, output } = run;
      const { opened, capsule, signer } = await openToSign(text, flags, run);
      output.step(`Checking ${capsule.digest}, then signing it`);
      const { digest, ...signed } = await signAndCheck(signer, { opened, capsule, flags }, context);
      const reference = `${opened.place}@${capsule.digest}`;
      output.result({ reference, digest: capsule.digest, signature: { digest, ...signed } }, [
        `${output.style.green('✔')} signed`,
        ...alignRows([['capsule', reference], ['signature', digest], ...signedRows(signed)], '  '),
      ]);
      return exitStatus.ok;
    });
  },
};
