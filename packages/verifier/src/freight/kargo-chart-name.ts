const httpForm = /^https?:\/\/[a-z0-9.-]+(?<port>:\d{1,5})?(?<path>(?:\/[a-z0-9._-]+)*\/?)$/;
const ociForm = /^oci:\/\/(?<registry>[a-z0-9.-]+(?::\d{1,5})?)(?<path>(?:\/[a-z0-9._-]+)+)$/;
const nameForm = /^[A-Za-z0-9._-]*$/;
const dotSegment = /(?:^|\/)\.\.?(?:\/|$)/;
const dockerHub = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/**
 * Writes a chart's repository and name as Kargo does before it hashes them: the address in lower case and without
 * `oci://`, Docker Hub's left out, then both joined as a path, which makes `https:/` of `https://`.
 * Undefined where the address is too odd to be sure of Kargo's form.
 * Source: Kargo v1.11.2, pkg/urls/helm.go, pkg/urls/image.go and pkg/api/freight.go.
 */
export function kargoChartName(repoURL: string, name: string): string | undefined {
  const address = repoURL.trim().toLowerCase();
  if (!nameForm.test(name) || dotSegment.test(name) || dotSegment.test(address)) return undefined;
  const base = httpAddress(address) ?? ociAddress(address);
  return base === undefined ? undefined : joinPath(base, name);
}

function httpAddress(address: string): string | undefined {
  const { port, path } = httpForm.exec(address)?.groups ?? {};
  if (path === undefined) return undefined;
  // Kargo reads a port with nothing after it as an image's tag, and drops it.
  return port !== undefined && path === '' ? address.slice(0, -port.length) : address;
}

function ociAddress(address: string): string | undefined {
  const { registry, path } = ociForm.exec(address)?.groups ?? {};
  if (registry === undefined || path === undefined) return undefined;
  const repository = path.slice(1);
  const isRegistry = /[.:]/.test(registry) || registry === 'localhost';
  if (!isRegistry) return `${registry}/${repository}`.replace(/^library\//, '');
  // Names of one letter are none to Kargo's parser, which then leaves them as they are.
  if (!dockerHub.has(registry) || repository.length < 2) return `${registry}/${repository}`;
  return repository.replace(/^library\//, '');
}

function joinPath(base: string, name: string): string {
  const joined = name === '' ? base : `${base}/${name}`;
  return joined.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
}
