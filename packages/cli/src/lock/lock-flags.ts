import type { Command } from 'commander';
import { repeatable } from '../input/option-values.ts';
import { declareRegistryOptions, type RegistryOptions } from '../input/registry-options.ts';

/** What says how a package is locked. */
export interface LockFlags extends RegistryOptions {
  readonly imageName?: readonly string[];
  readonly entry?: string;
  readonly values?: readonly string[];
  readonly kubeVersion?: string;
  readonly apiVersion?: readonly string[];
  readonly kustomize?: string;
  readonly helm?: string;
  /** False with `--no-resolve`. */
  readonly resolve?: boolean;
  readonly check?: boolean;
  readonly config?: string;
}

/** Declares the options of `lock`. */
export function declareLockOptions(command: Command): Command {
  return declareRegistryOptions(command)
    .option('--image-name <name>', 'what the package calls the image, NAME[:TAG] (repeatable; default: found, or asked)', repeatable)
    .option('--entry <dir>', 'render this directory of a kustomize package alone (default: all that nothing refers to)')
    .option('--values <file>', "values for a chart, beside its own (repeatable; default: the last lock's)", repeatable)
    .option('--kube-version <version>', "the Kubernetes version that a chart is rendered for (default: the last lock's, or 1.34.0)")
    .option('--api-version <version>', 'an API version that a chart may use, as GROUP/VERSION (repeatable)', repeatable)
    .option('--kustomize <path>', 'the program kustomize (default: from the PATH)')
    .option('--helm <path>', 'the program Helm (default: from the PATH)')
    .option('--no-resolve', 'ask no registry; leave images without a digest out')
    .option('--check', 'write nothing; end with 1 where the lock is not up to date')
    .option('--config <file>', 'capsule.yaml to read (default: the nearest one, up to the root of the repository)');
}
