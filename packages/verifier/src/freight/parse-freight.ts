import { validate } from '#generated/freight';
import { OciError, parseStrictJson } from '@release-capsule/oci';
import { describeSchemaErrors, parseYaml, SchemaError } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { VerifyError } from '../errors.ts';
import type { Freight, FreightArtifact, FreightChart, FreightCommit, FreightImage, FreightOrigin } from './freight.ts';

/** Bound of a Freight, in bytes: what etcd takes of one object. A Freight with its status stays far below. */
export const maxFreightBytes: number = 1024 * 1024;

const maxYamlBytes = 64 * 1024; // hundreds of images; a megabyte made to be slow keeps a YAML parser busy for seconds
const maxJsonDepth = 1000; // what other controllers keep in an object is of any shape

const hint = 'Give what `kubectl get freight NAME -o json` prints, or `images` with repoURL, tag and digest.';

/** What the schema has checked, with Kargo's own keys beside it. */
interface FreightData {
  readonly metadata?: { readonly name?: string };
  readonly origin?: FreightOrigin;
  readonly images?: readonly FreightImage[];
  readonly commits?: readonly FreightCommit[];
  readonly charts?: readonly FreightChart[];
  readonly artifacts?: readonly FreightArtifact[];
}

/**
 * Parses the text of a Freight, Kargo's object or its smallest form: JSON of up to 1 MiB where it begins with a brace,
 * else YAML of up to 64 KiB.
 * @throws {VerifyError} `FREIGHT_INVALID`.
 */
export function parseFreightText(bytes: Uint8Array): Freight {
  assertArguments({ bytes: 'bytes' }, { bytes });
  if (bytes.length > maxFreightBytes) throw tooLarge(maxFreightBytes);
  return parseFreight(beginsWithBrace(bytes) ? readJson(bytes) : readYaml(bytes));
}

function beginsWithBrace(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first === 0x7b;
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes, 'the Freight', { maxDepth: maxJsonDepth });
  } catch (cause) {
    if (!(cause instanceof OciError)) throw cause;
    const message = 'the Freight begins with a brace and is not JSON in which each key stands once';
    throw new VerifyError('FREIGHT_INVALID', message, { hint, cause });
  }
}

function readYaml(bytes: Uint8Array): unknown {
  if (bytes.length > maxYamlBytes) throw tooLarge(maxYamlBytes, ' as YAML');
  try {
    return parseYaml(bytes, { what: 'the Freight', maxBytes: maxYamlBytes });
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw new VerifyError('FREIGHT_INVALID', cause.message, { hint, cause });
  }
}

function tooLarge(maxBytes: number, form = ''): VerifyError {
  const message = `the Freight is larger than ${maxBytes} bytes, the most that is read${form}`;
  return new VerifyError('FREIGHT_INVALID', message, { hint });
}

/**
 * Parses a Freight from any value. Keys that a verification does not read are left out.
 * @throws {VerifyError} `FREIGHT_INVALID`.
 */
export function parseFreight(value: unknown): Freight {
  if (!validate(value)) {
    const defects = describeSchemaErrors(value, validate.errors);
    throw new VerifyError('FREIGHT_INVALID', `the Freight is not valid: ${defects}`, { hint });
  }
  const data = value as FreightData;
  const name = data.metadata?.name;
  return {
    ...(name !== undefined && name !== '' && { name }),
    ...(data.origin !== undefined && { origin: { kind: data.origin.kind, name: data.origin.name } }),
    images: (data.images ?? []).map(readImage),
    commits: (data.commits ?? []).map(readCommit),
    charts: (data.charts ?? []).map(readChart),
    artifacts: (data.artifacts ?? []).map(readArtifact),
  };
}

function readImage({ repoURL, tag, digest, subscriptionName }: FreightImage): FreightImage {
  return { repoURL, ...present({ tag, digest, subscriptionName }) };
}

function readCommit({ repoURL, id, tag, subscriptionName }: FreightCommit): FreightCommit {
  return present({ repoURL, id, tag, subscriptionName });
}

function readChart({ repoURL, name, version, subscriptionName }: FreightChart): FreightChart {
  return present({ repoURL, name, version, subscriptionName });
}

function readArtifact({ artifactType, subscriptionName, version }: FreightArtifact): FreightArtifact {
  return present({ artifactType, subscriptionName, version });
}

// To Kargo, an empty text and an absent one are the same.
function present<Key extends string>(texts: Readonly<Record<Key, string | undefined>>): Partial<Record<Key, string>> {
  const entries = Object.entries<string | undefined>(texts).filter(([, text]) => text !== undefined && text !== '');
  return Object.fromEntries(entries) as Partial<Record<Key, string>>;
}
