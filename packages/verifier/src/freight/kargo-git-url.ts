// Only what needs no escaping and no guess about another language's URL parser: printable ASCII, no "%", "?" or "#".
const httpForm = /^(https?:\/\/)(?:[a-z0-9._~!$&'()*+,;=:-]*@)?([a-z0-9.-]+(?::\d+)?)(\/.*)?$/;
const sshForm = /^(ssh:\/\/(?:[a-z0-9._~-]+@)?[a-z0-9.-]+(?::\d+)?)(\/.*)?$/;
const scpForm = /^((?:[a-z0-9_-]+@)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::((?!\/\/)[^:]*))?$/;
const plainPath = /^[a-z0-9._~!$&'()*+,;=:@/-]*$/;

/**
 * Writes a Git repository's address as Kargo does before it hashes it: in lower case, without the user of an HTTP
 * address, one trailing slash and one `.git`; scp forms as `ssh://`.
 * Undefined where the address is too odd to be sure of Kargo's form.
 * Source: Kargo v1.11.2, pkg/urls/git.go.
 */
export function kargoGitUrl(text: string): string | undefined {
  const address = text.trim().toLowerCase();
  const http = httpForm.exec(address);
  if (http !== null) return join(`${http[1] ?? ''}${http[2] ?? ''}`, http[3]);
  const ssh = sshForm.exec(address);
  if (ssh !== null) return join(ssh[1] ?? '', ssh[2]);
  const scp = scpForm.exec(address);
  if (scp === null) return undefined;
  const isBare = withoutSuffix(scp[2] ?? '') === '';
  return join(`ssh://${scp[1] ?? ''}`, isBare ? '' : `/${scp[2] ?? ''}`);
}

function join(host: string, path = ''): string | undefined {
  return plainPath.test(path) ? `${host}${withoutSuffix(path)}` : undefined;
}

function withoutSuffix(path: string): string {
  const open = path.endsWith('/') ? path.slice(0, -1) : path;
  return open.endsWith('.git') ? open.slice(0, -'.git'.length) : open;
}
