import { resolve } from 'node:path';
import { CliError } from '../errors.ts';
import { exitStatus } from '../exit-status.ts';
import { declareRegistryOptions, type RegistryOptions } from '../input/registry-options.ts';
import { type LoadedSigner, loadSigner } from '../input/load-signer.ts';
import { declarePackOptions, type PackFlags } from '../input/pack-flags.ts';
import { packedJson, packedLines } from '../output/packed.ts';
import { alignRows } from '../output/table.ts';
import { openTarget, packInto, type PackTarget, tagPacked } from '../pack-into.ts';
import type { CommandModule, CommandRun } from '../run-command.ts';
import { signOnce } from '../sign-once.ts';

interface ReleaseFlags extends PackFlags, RegistryOptions {
  readonly key?: string;
}

const example = `
Example:
  capsule release --image-digest sha256:... --key cosign.key            with a capsule.yaml in the repository
  capsule release --name app --package k8s/kustomize --image ghcr.io/example/app@sha256:... \\
    --to ghcr.io/example/app-capsule --key cosign.key

The tag is set last: a capsule that can be found by it is complete, signed and verified.`;

/** `capsule release`: packs, pushes, signs, reads back, verifies, and tags last. */
export const releaseCommand: CommandModule = {
  name: 'release',
  declare(command, act) {
    declareRegistryOptions(declarePackOptions(command))
      .description('Pack, push, sign, read back, verify and tag a release: the one line that a CI job needs.')
      .option('--key <file>', "the private key to sign with: cosign's format or PKCS#8")
      .addHelpText('after', example);
    act<ReleaseFlags>(async (_args, flags, run) => {
      const target = await openTarget(flags, run);
      const signer = await signerOf(flags, target, run);
      const packed = await packInto(target, run);
      const signature = await signOnce(target, packed, signer, run);
      const result = await tagPacked(target, packed, run);
      const how = signature.isNew ? 'read back and verified' : 'there already, and verified';
      run.output.result({ ...packedJson(result), signature }, [
        ...packedLines(result, run.output.style, 'released'),
        ...alignRows([['signature', `${signature.digest}, ${how}`]], '  '),
      ]);
      return exitStatus.ok;
    });
  },
};

async function signerOf(flags: ReleaseFlags, { args }: PackTarget, { context }: CommandRun): Promise<LoadedSigner> {
  if (flags.key !== undefined) return loadSigner(flags.key, context);
  const { config } = args;
  const sign = config?.file.sign;
  if (config !== undefined && sign?.key !== undefined) return loadSigner(resolve(config.directory, sign.key), context);
  throw new CliError('OPTION_INVALID', sign?.keyless === true ? 'keyless signing is not supported yet' : '--key is missing', {
    hint: 'Give --key FILE, or write sign.key into capsule.yaml.',
  });
}
