import type { Command } from 'commander';

/** What says how a repository is set up. */
export interface InitFlags {
  readonly repo?: string;
  readonly name?: string;
  readonly package?: string;
  readonly kind?: string;
  readonly image?: string;
  readonly imageName?: string;
  readonly capsule?: string;
  readonly branch?: string;
  readonly sourceUrl?: string;
  readonly ci?: string;
  readonly sign?: string;
  readonly audit?: boolean;
  readonly kargoProject?: string;
  readonly warehouse?: string;
  readonly entry?: string;
  readonly stages?: string;
  readonly gitopsRepo?: string;
  /** False with `--no-kargo`. */
  readonly kargo?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** Declares the options of `init`: each answers one of its questions. */
export function declareInitOptions(command: Command): Command {
  return command
    .option('--name <name>', "the capsule's name (default: the repository's)")
    .option('--package <path>', "the deploy package's directory (default: found out)")
    .option('--kind <kind>', 'kustomize or helm (default: found out)')
    .option('--image <repository>', "the application image's repository (default: the host's own, else asked)")
    .option('--image-name <name>', 'what the package calls that image (default: found out, else asked)')
    .option('--capsule <repository>', "the capsule's repository (default: the image's, with -capsule)")
    .option('--branch <name>', 'the branch that is released (default: found out)')
    .option('--source-url <url>', "the repository's address (default: the remote origin)")
    .option('--ci <system>', 'github, gitlab or none (default: found out)')
    .option('--sign <how>', 'keyless, in the name of the CI job, or key (default: keyless at github.com and gitlab.com)')
    .option('--audit', 'write a policy that stops nothing, and says what it would stop')
    .option('--kargo-project <name>', "Kargo's project (default: the capsule's name)")
    .option('--warehouse <name>', 'its Warehouse (default: capsules)')
    .option('--entry <dir>', 'the directory in the package that Kargo renders (default: base, else its root, else asked)')
    .option('--stages <names>', 'its stages in order, with commas; review opens a pull request for the next (default: asked)')
    .option('--gitops-repo <url>', 'the repository of the rendered branches (default: asked)')
    .option('--no-kargo', 'write no manifests for Kargo')
    .option('--repo <dir>', 'the Git repository (default: the one around the working directory)')
    .option('--yes', 'ask nothing; take what is suggested')
    .option('--dry-run', 'write nothing; show what would be written')
    .option('--force', 'overwrite files that differ');
}
