import { isJsonObject, OciError, parseStrictJson } from '@release-capsule/oci';
import { quote } from '@release-capsule/schema';
import { PackError } from '../../errors.ts';
import { describeServiceUrl, parseServiceUrl } from './service-url.ts';

/** One service that a signing configuration names. */
export interface SigningService {
  readonly url: URL;
  readonly majorApiVersion: number;
  /** From when on it is to be used; always where it is not said. */
  readonly start?: Date;
  readonly end?: Date;
  readonly operator: string;
}

/** How many of the services that can be used shall be used. */
export type ServiceSelector = { readonly kind: 'any' | 'all' } | { readonly kind: 'exact'; readonly count: number };

/** Which services sign: what `signing_config.json` says. */
export interface SigningConfig {
  readonly certificateAuthorities: readonly SigningService[];
  readonly logs: readonly SigningService[];
  readonly logSelector: ServiceSelector;
  readonly timestampAuthorities: readonly SigningService[];
  readonly timestampSelector: ServiceSelector;
}

/** Bound of `signing_config.json`, in bytes: that of the public instance has two thousand. */
export const maxSigningConfigBytes: number = 256 * 1024;

const mediaType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';
const maxServices = 64; // of each kind: the public instance has had four logs in as many years
const notRead = 'the signing configuration';

/**
 * Parses `signing_config.json`.
 * Source: protobuf-specs v0.5.0, sigstore_trustroot.proto, `SigningConfig`, as protobuf's JSON writes it.
 * @throws {PackError} `SIGNING_CONFIG_INVALID`.
 */
export function parseSigningConfig(bytes: Uint8Array): SigningConfig {
  const config = parse(bytes);
  if (config['mediaType'] !== mediaType) {
    throw invalid(`its mediaType is ${quote(String(config['mediaType']))}, wanted "${mediaType}"`);
  }
  return {
    certificateAuthorities: services(config, 'caUrls'),
    logs: services(config, 'rekorTlogUrls'),
    logSelector: selector(config, 'rekorTlogConfig'),
    timestampAuthorities: services(config, 'tsaUrls'),
    timestampSelector: selector(config, 'tsaConfig'),
  };
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.byteLength > maxSigningConfigBytes) throw invalid(`it is larger than ${maxSigningConfigBytes} bytes`);
  try {
    const value = parseStrictJson(bytes, notRead);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    if (!(cause instanceof OciError)) throw cause;
    throw invalid(cause.message.replace(`${notRead} `, 'it '), cause);
  }
  throw invalid('it is not a JSON object');
}

function services(config: Readonly<Record<string, unknown>>, key: string): readonly SigningService[] {
  const value = config[key] ?? [];
  if (!Array.isArray(value)) throw invalid(`${key} is not a list`);
  if (value.length > maxServices) throw invalid(`${key} lists more than ${maxServices} services`);
  return value.map((entry: unknown, index) => service(entry, `${key}[${index}]`));
}

function service(value: unknown, where: string): SigningService {
  if (!isJsonObject(value)) throw invalid(`${where} is not an object`);
  const { url: text, majorApiVersion, validFor = {}, operator = '' } = value;
  if (typeof text !== 'string') throw invalid(`${where}.url is missing`);
  const url = parseServiceUrl(text);
  if (url === undefined) throw invalid(`${where}.url: ${describeServiceUrl(text)}`);
  if (typeof majorApiVersion !== 'number' || !Number.isInteger(majorApiVersion)) throw invalid(`${where}.majorApiVersion is missing`);
  if (typeof operator !== 'string') throw invalid(`${where}.operator is not a text`);
  if (!isJsonObject(validFor)) throw invalid(`${where}.validFor is not an object`);
  const start = time(validFor['start'], `${where}.validFor.start`);
  const end = time(validFor['end'], `${where}.validFor.end`);
  return { url, majorApiVersion, operator, ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
}

function time(value: unknown, where: string): Date | undefined {
  if (value === undefined || value === null) return undefined;
  const date = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) throw invalid(`${where} is not a time`);
  return date;
}

/** Without one, any single service does: cosign writes an empty one where it lists no service. */
function selector(config: Readonly<Record<string, unknown>>, key: string): ServiceSelector {
  const value = config[key];
  if (value === undefined || value === null) return { kind: 'any' };
  if (!isJsonObject(value)) throw invalid(`${key} is not an object`);
  const { selector: kind, count } = value;
  if (kind === 'ANY' || kind === undefined || kind === 'SERVICE_SELECTOR_UNDEFINED') return { kind: 'any' };
  if (kind === 'ALL') return { kind: 'all' };
  if (typeof kind !== 'string') throw invalid(`${key}.selector is not a text`);
  if (kind !== 'EXACT') throw invalid(`${key}.selector is ${quote(kind)}, wanted "ANY", "ALL" or "EXACT"`);
  if (typeof count === 'number' && Number.isInteger(count) && count > 0) return { kind: 'exact', count };
  throw invalid(`${key}.count is missing, though its selector is EXACT`);
}

function invalid(message: string, cause?: unknown): PackError {
  return new PackError('SIGNING_CONFIG_INVALID', `the signing configuration cannot be used: ${message}`, {
    hint: 'Give the file that "cosign signing-config create" writes, of version 0.2.',
    ...(cause !== undefined && { cause }),
  });
}
