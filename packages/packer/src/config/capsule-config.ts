import { validate } from '#generated/capsule-config';
import { describeSchemaErrors, type ImageNaming, type PackageKind, parseYaml, SchemaError } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { PackError } from '../errors.ts';

/** What `capsule.yaml` says. Its JSON Schema is schema/capsule-config.schema.json. */
export interface CapsuleConfig {
  readonly name: string;
  readonly package: {
    readonly kind?: PackageKind;
    readonly from: string;
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
    readonly dereference?: boolean;
  };
  readonly allow?: { readonly references?: readonly string[]; readonly secretValues?: readonly string[] };
  readonly image?: Partial<ImageNaming> & { readonly repository: string };
  readonly images?: readonly string[];
  readonly capsule?: { readonly repository: string };
  readonly source?: { readonly repository?: string; readonly proof?: boolean };
  readonly metadata?: { readonly sbom?: string | null; readonly provenance?: string | null };
  readonly sign?: {
    readonly key?: string;
    readonly keyless?: true;
    readonly signingConfig?: string;
    readonly trustedRoot?: string;
    readonly legacySignature?: boolean;
  };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Bound of `capsule.yaml`, in bytes: people write it by hand. */
export const maxConfigBytes: number = 256 * 1024;

/** Every key of `capsule.yaml`, for those who mistype one. */
export const configKeys: readonly string[] = [
  'apiVersion',
  'kind',
  'name',
  'package',
  'from',
  'include',
  'exclude',
  'dereference',
  'allow',
  'references',
  'secretValues',
  'image',
  'images',
  'names',
  'values',
  'tag',
  'digest',
  'registry',
  'capsule',
  'repository',
  'source',
  'proof',
  'metadata',
  'sbom',
  'provenance',
  'sign',
  'key',
  'keyless',
  'signingConfig',
  'trustedRoot',
  'legacySignature',
  'annotations',
];

const replacedKeys: Readonly<Record<string, string>> = {
  'package.allowReferences': 'allow.references, beside package',
  'package.allowSecrets': 'allow.secretValues, beside package; each entry names one value, FILE#Kind/name/key, never a whole file',
};

/**
 * Parses `capsule.yaml`.
 * @throws {PackError} `CONFIG_INVALID`.
 */
export function parseCapsuleConfig(bytes: Uint8Array): CapsuleConfig {
  assertArguments({ bytes: 'bytes' }, { bytes });
  const value = parse(bytes);
  if (validate(value)) return value as CapsuleConfig;
  const defects = describeSchemaErrors(value, validate.errors, configKeys, replacedKeys);
  throw new PackError('CONFIG_INVALID', `capsule.yaml is not valid: ${defects}`, {
    hint: 'The schema is published as @release-capsule/packer/capsule-config.schema.json.',
  });
}

function parse(bytes: Uint8Array): unknown {
  try {
    return parseYaml(bytes, { what: 'capsule.yaml', maxBytes: maxConfigBytes });
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw new PackError('CONFIG_INVALID', cause.message, { cause });
  }
}
