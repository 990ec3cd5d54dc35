import { delimiter, isAbsolute } from 'node:path';

// With these a signature can be made in the caller's name; no helper has a use for them.
const withheld = new Set(['COSIGN_PASSWORD', 'SIGSTORE_ID_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']);

/**
 * Gets the environment for a credential helper: the caller's, as cloud helpers find their own credentials there, but
 * not the secrets that sign, and only absolute entries of the PATH, so that no helper is found in the working directory.
 */
export function helperEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || withheld.has(name.toUpperCase())) continue;
    const given = name.toUpperCase() === 'PATH' ? absoluteOnly(value) : value;
    // An empty PATH means the working directory to the system; one that is not there means its own default.
    if (given !== '' || name.toUpperCase() !== 'PATH') kept[name] = given;
  }
  return kept;
}

function absoluteOnly(path: string): string {
  return path.split(delimiter).filter(isAbsolute).join(delimiter);
}
