import type { Command } from 'commander';
import { repeatable } from './option-values.ts';

/** What says how a release is packed. */
export interface PackFlags {
  readonly name?: string;
  readonly package?: string;
  readonly image?: string;
  readonly imageDigest?: string;
  readonly imageName?: readonly string[];
  readonly lockImage?: readonly string[];
  readonly to?: string;
  readonly repo?: string;
  readonly commit?: string;
  readonly created?: string;
  readonly kind?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly sourceUrl?: string;
  readonly sbom?: string;
  readonly provenance?: string;
  readonly dereference?: boolean;
  readonly sourceProof?: boolean;
  readonly allowReference?: readonly string[];
  readonly allowSecretValue?: readonly string[];
  readonly annotation?: readonly string[];
  readonly directory?: string;
  readonly config?: string;
}

/** Declares the options that `pack` and `release` share. */
export function declarePackOptions(command: Command): Command {
  return command
    .option('--name <name>', 'name of the capsule')
    .option('--package <path>', "the deploy package's directory in the repository")
    .option('--image <image>', 'the application image, REPOSITORY[:TAG]@DIGEST')
    .option('--image-digest <digest>', "digest of the application image that capsule.yaml names")
    .option('--image-name <name>', 'how the package calls the application image, NAME[:TAG] (repeatable)', repeatable)
    .option('--lock-image <image>', 'another image that the package runs, REPOSITORY[:TAG]@DIGEST (repeatable)', repeatable)
    .option('--to <reference>', 'where the capsule goes: oci:DIR or REGISTRY/REPOSITORY; tagged git-<commit>')
    .option('--repo <dir>', 'the Git repository (default: the one around the working directory)')
    .option('--commit <revision>', 'the commit to release (default: HEAD)')
    .option('--kind <kind>', 'kustomize or helm (default: found out)')
    .option('--include <glob>', 'take only these files of the package (repeatable)', repeatable)
    .option('--exclude <glob>', 'leave these files out (repeatable)', repeatable)
    .option('--source-url <url>', "the repository's address (default: from the CI job or its remote)")
    .option('--sbom <file>', 'SPDX 2.3 or CycloneDX 1.5+ JSON to carry (default: made)')
    .option('--provenance <file>', 'SLSA provenance v1 to carry (default: made)')
    .option('--dereference', 'pack what symbolic links point to, inside the package')
    .option('--no-source-proof', 'leave out the Git objects that prove the source')
    .option('--allow-reference <text>', 'a reference that may leave the package (repeatable)', repeatable)
    .option('--allow-secret-value <place>', 'a value of a Secret that is not a secret, FILE#Kind/name/key (repeatable)', repeatable)
    .option('--annotation <key=value>', 'an annotation for the release record (repeatable)', repeatable)
    .option('--directory <dir>', 'pack a plain directory instead of a Git repository; needs --commit and a time')
    .option('--created <time>', "the commit's time for --directory, RFC 3339 or seconds (default: SOURCE_DATE_EPOCH)")
    .option('--config <file>', 'capsule.yaml to read (default: the nearest one, up to the root of the repository)');
}
