import { attachRelease } from '../attach-release.ts';
import { exitStatus } from '../exit-status.ts';
import { defaultAttestations } from '../input/attest-arguments.ts';
import { loadSigner } from '../input/load-signer.ts';
import { mergeSigning } from '../input/merge-signing.ts';
import { declarePackOptions, type PackFlags } from '../input/pack-flags.ts';
import { declareRegistryOptions, type RegistryOptions } from '../input/registry-options.ts';
import { declareSigningOptions, type SigningFlags } from '../input/signing-flags.ts';
import { attestationRows } from '../output/attested.ts';
import { packedJson, packedLines } from '../output/packed.ts';
import { signedRows } from '../output/signed.ts';
import { openTarget, packInto, tagPacked } from '../pack-into.ts';
import type { ReleaseSignature } from '../release-signature.ts';
import type { CommandModule } from '../run-command.ts';

interface ReleaseFlags extends PackFlags, RegistryOptions, SigningFlags {
  readonly attestations?: boolean;
}

const example = `
Example:
  capsule release --image-digest sha256:... --keyless
  capsule release --name app --package k8s/kustomize \\
    --image ghcr.io/example/app@sha256:... \\
    --to ghcr.io/example/app-capsule --key cosign.key

The first one is for a repository with a capsule.yaml. The tag is set last: a
capsule that can be found by it is complete, signed and verified.`;

/** `capsule release`: packs, pushes, signs, reads back, verifies, and tags last. */
export const releaseCommand: CommandModule = {
  name: 'release',
  declare(command, act) {
    declareSigningOptions(declareRegistryOptions(declarePackOptions(command)))
      .description('Pack, push, sign, read back, verify and tag a release: the one line that a CI job needs.')
      .option('--no-attestations', 'attach neither provenance nor SBOM; the capsule carries both all the same')
      .addHelpText('after', example);
    act<ReleaseFlags>(async (_args, flags, run) => {
      const target = await openTarget({ ...flags, isSigned: true }, run);
      const signing = mergeSigning(flags, target.args.config);
      const signer = await loadSigner(signing, run.context);
      const packed = await packInto(target, run);
      const wanted = flags.attestations === false ? [] : defaultAttestations;
      const attached = await attachRelease({ ...target, flags: signing, attestations: wanted }, packed, signer, run);
      const { signature, attestations } = attached;
      const result = await tagPacked(target, packed, run);
      const more = [...signatureRows(signature), ...attestationRows(attestations)];
      const lines = packedLines(result, run.output.style, { done: 'released', more, isTerminal: run.output.isTerminal });
      run.output.result({ ...packedJson(result), ...attached }, lines);
      return exitStatus.ok;
    });
  },
};

function signatureRows(signature: ReleaseSignature): readonly (readonly [string, string])[] {
  if (!signature.isNew) return [['signature', `${signature.digest}, already attached, and verified`]];
  return [['signature', `${signature.digest}, read back and verified`], ...signedRows(signature)];
}
