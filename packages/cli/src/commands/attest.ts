import { ensureAttested } from '../ensure-attested.ts';
import { CliError } from '../errors.ts';
import { exitStatus } from '../exit-status.ts';
import { type AttestFlags, declareAttestOptions, wantedAttestations } from '../input/attest-arguments.ts';
import { declareRegistryOptions, type RegistryOptions } from '../input/registry-options.ts';
import { declareSigningOptions, type SigningFlags } from '../input/signing-flags.ts';
import { attestationRows } from '../output/attested.ts';
import { alignRows } from '../output/table.ts';
import { openToSign } from '../open-to-sign.ts';
import type { CommandModule } from '../run-command.ts';

interface AttestCommandFlags extends RegistryOptions, AttestFlags, SigningFlags {}

const example = `
Example:
  capsule attest ghcr.io/example/app-capsule:git-... --keyless
  capsule attest oci:./capsules:git-... --key cosign.key --sbom sbom.cdx.json

Provenance that the packer made gets the CI job's run added: builder,
invocation, trigger. The subject is the capsule, never an image. What the same
signer has attached before is not made again. capsule release attests too.`;

/** `capsule attest`: attaches provenance and SBOM to a capsule, after it has been judged by the format. */
export const attestCommand: CommandModule = {
  name: 'attest',
  declare(command, act) {
    declareAttestOptions(declareSigningOptions(declareRegistryOptions(command)))
      .description("Sign a capsule's provenance, with the facts of the CI run, and its SBOM, and attach them.")
      .argument('<reference>', 'oci:DIR:TAG, oci:DIR@DIGEST, REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST')
      .addHelpText('after', example);
    act<AttestCommandFlags>(async ([text = ''], flags, run) => {
      const { context, output } = run;
      refuseLegacy(flags);
      const attestations = await wantedAttestations(flags, context);
      const { opened, capsule, signer } = await openToSign(text, flags, run);
      output.step(`Checking ${capsule.digest}, then attesting it`);
      const attached = await ensureAttested({ opened, capsule, attestations }, signer, context);
      const reference = `${opened.place}@${capsule.digest}`;
      output.result({ reference, digest: capsule.digest, attestations: attached }, [
        `${output.style.green('✔')} attested`,
        ...alignRows([['capsule', reference], ...attestationRows(attached)], '  '),
      ]);
      return exitStatus.ok;
    });
  },
};

function refuseLegacy({ legacySignature }: SigningFlags): void {
  if (legacySignature === undefined) return;
  throw new CliError('OPTION_INVALID', '--legacy-signature is given, and an attestation is not a signature', {
    hint: 'Give it to capsule sign or capsule release.',
  });
}
