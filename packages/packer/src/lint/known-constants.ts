import { hasCredentials } from '@release-capsule/schema';
import { isMapping } from './mapping.ts';
import type { SecretContext } from './secret-context.ts';

type Shape = (text: string, context: SecretContext) => boolean;

const maxConstantCharacters = 16 * 1024; // a certificate chain has less
const bindingType = 'servicebinding.io/';
const word = (text: string): boolean => /^[A-Za-z]+(?:[ .-][A-Za-z]+)*$/.test(text) && text.length <= 40;
const label: Shape = (text) => /^[A-Za-z0-9](?:[\w .-]{0,61}[A-Za-z0-9])?$/.test(text);
const digits: Shape = (text) => /^\d{1,12}$/.test(text);
const bool: Shape = (text) => text === 'true' || text === 'false';
const hosts: Shape = (text) => /^[\w.*:/-]+(?:, ?[\w.*:/-]+)*$/.test(text) && text.includes('.');
const uuid: Shape = (text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
// Something with a dot or a slash: a password by itself is no address.
const address: Shape = (text) => /^[A-Za-z][\w.+:@/~-]*[./][\w.+:@/~-]*$/.test(text) && !hasCredentials(text);
const certificate: Shape = (text) =>
  /^\s*(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/.test(text);

// The names that databases and brokers are delivered with.
const shipped = new Set(['root', 'postgres', 'admin', 'mysql', 'default', 'guest']);
const shippedName: Shape = (text) => shipped.has(text);

// Source: Service Binding Specification for Kubernetes v1.1, "Well-known Secret Entries".
const binding: Readonly<Record<string, Shape>> = {
  type: (text, { type }) => text === type.slice(bindingType.length) || (type.includes('{{') && word(text)),
  provider: word,
  host: (text) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(text),
  port: (text) => /^\d{1,5}$/.test(text),
  username: shippedName,
  database: shippedName,
};

// Source: Argo CD v3, docs/operator-manual/declarative-setup.md, "Repositories" and "Clusters"; util/db.
const repository: Readonly<Record<string, Shape>> = {
  type: (text) => ['git', 'helm', 'oci'].includes(text),
  url: address,
  name: label,
  project: label,
  proxy: address,
  noProxy: hosts,
  enableOCI: bool,
  enableLfs: bool,
  insecure: bool,
  insecureIgnoreHostKey: bool,
  insecureOCIForceHttp: bool,
  forceHttpBasicAuth: bool,
  useAzureWorkloadIdentity: bool,
  depth: digits,
  githubAppID: digits,
  githubAppInstallationID: digits,
  githubAppEnterpriseBaseUrl: address,
  azureServicePrincipalClientId: uuid,
  azureServicePrincipalTenantId: uuid,
  azureActiveDirectoryEndpoint: address,
  tlsClientCertData: certificate,
};

const cluster: Readonly<Record<string, Shape>> = {
  name: label,
  server: address,
  project: label,
  namespaces: (text) => /^[a-z0-9*-]+(?:, ?[a-z0-9*-]+)*$/.test(text),
  clusterResources: bool,
  shard: digits,
  config: isHarmlessClusterConfig,
};

// Source: Kargo v1, docs, "Managing Credentials".
const kargo: Readonly<Record<string, Shape>> = { repoURL: address, repoURLIsRegex: bool };

const argo: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  repository,
  'repo-creds': repository,
  'repository-write': repository,
  'repo-write-creds': repository,
  cluster,
};

/** Tells whether a specification says of a value that it is no secret, and the value looks as that specification wants it. */
export function isKnownConstant(key: string, text: string, context: SecretContext): boolean {
  const { type, argoType, kargoType } = context;
  if (text.length > maxConstantCharacters) return false;
  const tables = [
    type.startsWith(bindingType) ? binding : undefined,
    Object.hasOwn(argo, argoType) ? argo[argoType] : undefined,
    ['git', 'helm', 'image'].includes(kargoType) ? kargo : undefined,
  ];
  const shapes = tables.map((table) => (table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined));
  return shapes.some((shape) => shape?.(text.trim(), context) === true);
}

const harmlessConfig = new Set([
  'tlsClientConfig',
  'insecure',
  'serverName',
  'caData',
  'awsAuthConfig',
  'clusterName',
  'roleARN',
  'disableCompression',
]);

function isHarmlessClusterConfig(text: string): boolean {
  try {
    const config: unknown = JSON.parse(text);
    if (!isMapping(config)) return false;
    const inner = Object.values(config).filter(isMapping).flatMap(Object.keys);
    const isFlat = Object.values(config).every((value) => !Array.isArray(value));
    return isFlat && [...Object.keys(config), ...inner].every((key) => harmlessConfig.has(key));
  } catch {
    return false;
  }
}
