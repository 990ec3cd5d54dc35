import { packedJson, packedLines } from '../output/packed.ts';
import { type CommandModule } from '../run-command.ts';
import { exitStatus } from '../exit-status.ts';
import { declareRegistryOptions, type RegistryOptions } from '../input/registry-options.ts';
import { declarePackOptions, type PackFlags } from '../input/pack-flags.ts';
import { openTarget, packInto, tagPacked } from '../pack-into.ts';

const example = `
Example:
  capsule pack --name app --package k8s/kustomize \\
    --image ghcr.io/example/app@sha256:... --to oci:./capsules

The capsule is not signed yet: capsule sign does that. capsule release does it
all in one.`;

/** `capsule pack`: freezes a package at a commit into a capsule, and tags it. */
export const packCommand: CommandModule = {
  name: 'pack',
  declare(command, act) {
    declareRegistryOptions(declarePackOptions(command))
      .description('Freeze a deploy package at a commit into a capsule. The same commit gives the same digest anywhere.')
      .addHelpText('after', example);
    act<PackFlags & RegistryOptions>(async (_args, flags, run) => {
      const target = await openTarget(flags, run);
      const packed = await packInto(target, run);
      const result = await tagPacked(target, packed, run);
      run.output.result(packedJson(result), packedLines(result, run.output.style, { isTerminal: run.output.isTerminal }));
      return exitStatus.ok;
    });
  },
};
