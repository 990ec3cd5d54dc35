import { posix, resolve } from 'node:path';
import type { CapsuleConfig, PackOptions, Source } from '@release-capsule/packer';
import {
  type ImageName,
  type ImageNaming,
  isDigest,
  isSameImageName,
  type PackageKind,
  packageKinds,
  parseImageText,
  parsePinnedImage,
  type PinnedImage,
  quote,
} from '@release-capsule/schema';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { lockPath } from './lock-path.ts';
import { type NeededOption, refuseSeveralMissing, wasGiven } from './missing-options.ts';
import { readInput } from './read-input.ts';
import { openSource } from './open-source.ts';
import type { PackFlags } from './pack-flags.ts';
import type { SigningFlags } from './signing-flags.ts';

/** Everything that packing needs, from flags, `capsule.yaml` and the surroundings. */
export interface PackArguments {
  readonly source: Source;
  readonly options: PackOptions;
  /** Where the capsule goes; a tag of its own is added where it has none. */
  readonly to: string;
  readonly config?: LoadedConfig;
}

/**
 * Puts together what packing needs: flags win over `capsule.yaml`, that over what can be found out.
 * @throws {CliError} `OPTION_INVALID`, `FILE_UNREADABLE`; {PackError} `CONFIG_INVALID`; {SchemaError} `IMAGE_INVALID`.
 */
export async function packArguments(flags: PackFlags & Signs, context: Context): Promise<PackArguments> {
  const config = await loadConfig(flags.config, context, flags.repo ?? flags.directory);
  const { file } = config ?? {};
  refuseSeveralMissing(neededOptions(flags, file));
  const image = imageOf(flags, config);
  const packagePath = required(flags.package ?? file?.package.from, '--package', 'package.from');
  const { source, sourceURL } = openSource(flags, config, context);
  const kind = flags.kind ?? file?.package.kind;
  const options: PackOptions = {
    name: required(flags.name ?? file?.name, '--name', 'name'),
    packagePath: flags.directory === undefined ? normalisePackagePath(packagePath) : packagePath,
    ...(image !== undefined && { image: { ...image, ...namingOf(image, flags, file) } }),
    lockPath: await lockPath(flags, config, context),
    images: (flags.lockImage ?? file?.images ?? []).map(parsePinnedImage),
    ...(kind !== undefined && { kind: packageKindOf(kind) }),
    include: flags.include ?? file?.package.include ?? [],
    exclude: flags.exclude ?? file?.package.exclude ?? [],
    dereference: flags.dereference ?? file?.package.dereference ?? false,
    omitSourceProof: flags.sourceProof === false || file?.source?.proof === false,
    ...(sourceURL !== undefined && { sourceURL }),
    ...(await metadataFiles(flags, config, context)),
    annotations: { ...file?.annotations, ...annotationsOf(flags.annotation ?? []) },
    allow: {
      references: flags.allowReference ?? file?.allow?.references ?? [],
      secretValues: flags.allowSecretValue ?? file?.allow?.secretValues ?? [],
    },
    now: context.now,
    temporaryDirectory: context.temporaryDirectory,
    signal: context.signal,
  };
  const to = required(flags.to ?? configuredTarget(config), '--to', 'capsule.repository');
  return { source, options, to, ...(config !== undefined && { config }) };
}

/** A layout is named from where the file lies; in the working directory, that is the same. */
function configuredTarget(config: LoadedConfig | undefined): string | undefined {
  const repository = config?.file.capsule?.repository;
  const [, path] = /^oci:(.*)$/s.exec(repository ?? '') ?? [];
  return path !== undefined && config?.isFoundAbove === true ? `oci:${resolve(config.directory, path)}` : repository;
}

/** Who signs, where the command signs as well. */
type Signs = Pick<SigningFlags, 'key' | 'keyless'> & { readonly isSigned?: boolean };

function neededOptions(flags: PackFlags & Signs, file: CapsuleConfig | undefined): readonly NeededOption[] {
  const { name, package: path, to, image, imageDigest, key, keyless, isSigned = false } = flags;
  return [
    { flag: '--name NAME', key: 'name', isGiven: wasGiven(name, file?.name) },
    { flag: '--package PATH', key: 'package.from', isGiven: wasGiven(path, file?.package.from) },
    { flag: '--image-digest DIGEST', isGiven: file?.image === undefined || wasGiven(image, imageDigest) },
    { flag: '--to REFERENCE', key: 'capsule.repository', isGiven: wasGiven(to, file?.capsule?.repository) },
    { flag: '--key FILE', key: 'sign', isGiven: !isSigned || wasGiven(key, keyless, file?.sign !== undefined) },
  ];
}

function imageOf({ image, imageDigest }: PackFlags, config: LoadedConfig | undefined): PinnedImage | undefined {
  const repository = config?.file.image?.repository;
  if (image !== undefined && imageDigest !== undefined) {
    throw new CliError('OPTION_INVALID', 'both --image and --image-digest are given', { hint: 'Give one of them.' });
  }
  if (image !== undefined) return parsePinnedImage(image);
  if (imageDigest !== undefined) {
    if (repository === undefined) {
      throw new CliError('OPTION_INVALID', '--image-digest is given, and nothing names the image', {
        hint: 'Name it in capsule.yaml (image.repository), or give --image REPOSITORY:TAG@DIGEST.',
      });
    }
    if (!isDigest(imageDigest)) throw noDigest(imageDigest);
    return parsePinnedImage(`${repository}@${imageDigest}`);
  }
  if (repository === undefined) return undefined;
  throw new CliError('OPTION_INVALID', `capsule.yaml names the image ${repository}, and no digest is given`, {
    hint: 'Give the digest that CI pushed: --image-digest sha256:...',
  });
}

/** The names and values that are stated for an image. Those of `capsule.yaml` count only for the image that it names. */
function namingOf({ repoURL }: PinnedImage, { imageName }: PackFlags, file: CapsuleConfig | undefined): Partial<ImageNaming> {
  const isConfigured = file?.image !== undefined && isSameImageName(file.image.repository, repoURL);
  const { names: configured, values }: Partial<ImageNaming> = isConfigured ? file.image : {};
  const names = imageName?.map(nameOf) ?? configured;
  return { ...(names !== undefined && { names }), ...(values !== undefined && { values }) };
}

function nameOf(text: string): ImageName {
  const image = parseImageText(text);
  if (image !== undefined && image.digest === undefined) return { name: image.name, ...(image.tag !== undefined && { tag: image.tag }) };
  throw new CliError('OPTION_INVALID', `--image-name ${quote(text)} is not NAME or NAME:TAG`, {
    hint: 'Give the name as the package writes it, without a digest: --image-name example/app.',
  });
}

function noDigest(text: string): CliError {
  return new CliError('OPTION_INVALID', `--image-digest ${quote(text)} is not a digest`, {
    hint: 'Give --image-digest sha256: and 64 lower-case hexadecimal digits, as the push of the image has printed it.',
  });
}

function normalisePackagePath(path: string): string {
  if (posix.isAbsolute(path) || path.split('/').includes('..')) {
    throw new CliError('OPTION_INVALID', `the package ${JSON.stringify(path)} is not given below the repository's root`, {
      hint: 'Give its directory as Git names it, as in --package k8s/kustomize.',
    });
  }
  return path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '') || '.';
}

async function metadataFiles(
  { sbom, provenance }: PackFlags,
  config: LoadedConfig | undefined,
  context: Context,
): Promise<Pick<PackOptions, 'sbom' | 'provenance'>> {
  const maxBytes = 32 * 1024 * 1024; // an SBOM of a hundred thousand components
  const fromConfig = config?.file.metadata;
  const beside = (path: string | null | undefined): string | undefined =>
    typeof path === 'string' ? resolve(config?.directory ?? context.cwd, path) : undefined;
  const sbomPath = sbom ?? beside(fromConfig?.sbom);
  const provenancePath = provenance ?? beside(fromConfig?.provenance);
  return {
    ...(sbomPath !== undefined && { sbom: await readInput(sbomPath, 'the SBOM', maxBytes, context) }),
    ...(provenancePath !== undefined && {
      provenance: await readInput(provenancePath, 'the provenance', maxBytes, context),
    }),
  };
}

function annotationsOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
      throw new CliError('OPTION_INVALID', `--annotation ${JSON.stringify(text)} is not KEY=VALUE`, {
        hint: 'Write --annotation team=payments, once for each.',
      });
    }),
  );
}

function required(value: string | undefined, flag: string, key: string): string {
  if (value !== undefined) return value;
  throw new CliError('OPTION_INVALID', `${flag} is missing`, { hint: `Give ${flag}, or write ${key} into capsule.yaml.` });
}

function packageKindOf(text: string): PackageKind {
  const kind = packageKinds.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new CliError('OPTION_INVALID', `--kind ${JSON.stringify(text)} is unknown`, { hint: 'Say kustomize or helm.' });
}
