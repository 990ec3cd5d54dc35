import { isMapping, type Mapping } from './mapping.ts';
import { parseDocuments, splitDocuments } from './parse-documents.ts';
import { withoutQuotes } from './without-quotes.ts';

const base64 = '[A-Za-z0-9+/=]';
const cipher = new RegExp(
  `^ENC\\[AES256_GCM,data:${base64}*,iv:${base64}+,tag:${base64}+,type:(?:str|int|float|bool|bytes|comment|time)\\]$`,
);
// A closed list: whatever else stands under the name of SOPS is a value like any other.
const metadata = new Set(
  (
    'kms gcp_kms azure_kv hc_vault hckms age pgp key_groups shamir_threshold lastmodified mac version mac_only_encrypted ' +
    'unencrypted_suffix encrypted_suffix unencrypted_regex encrypted_regex unencrypted_comment_regex encrypted_comment_regex'
  ).split(' '),
);

/** Tells whether a text is a value that SOPS encrypted. Source: SOPS v3, aes/cipher.go. */
export function isSopsValue(text: string): boolean {
  return cipher.test(text.trim());
}

/**
 * Tells whether SOPS encrypted a file whole: YAML, JSON (also of what was binary), INI or dotenv, with its metadata and
 * their MAC, and no value left plain. Only keys that end in SOPS's own `unencrypted_suffix` are plain on purpose: what
 * an expression leaves out is often left out by mistake.
 */
export function isSopsFile(text: string): boolean {
  if (isSopsEnv(text)) return plainEnvKeys(text).length === 0;
  return isSopsIni(text) || isSopsTree(text);
}

/** Lists the keys of an env file whose values are neither empty nor encrypted. Source: kustomize v5, api/kv/kv.go. */
export function plainEnvKeys(text: string, isHarmless: (value: string) => boolean = () => false): readonly string[] {
  const entries = envEntries(text);
  const isSops = isSopsEnv(text);
  const suffix = isSops ? entries.find(([key]) => key === 'sops_unencrypted_suffix')?.[1] : undefined;
  return entries.flatMap(([key, value]) => {
    if (value === '' || isSopsValue(value) || isHarmless(value)) return [];
    if (isSops && (isMetadataName(key) || isSuffixed(key, suffix))) return [];
    return [key];
  });
}

function isSopsEnv(text: string): boolean {
  const entries = new Map(envEntries(text));
  return isSopsValue(entries.get('sops_mac') ?? '') && entries.has('sops_version');
}

// A line without `=` takes its value from the environment of the program that builds.
function envEntries(text: string): readonly (readonly [string, string])[] {
  return text.split('\n').flatMap((line) => {
    const bare = line.replace(/^\ufeff/, '').trimStart();
    const at = bare.indexOf('=');
    return bare.startsWith('#') || at === -1 ? [] : [[bare.slice(0, at).trim(), withoutQuotes(bare.slice(at + 1).trim())] as const];
  });
}

function isMetadataName(key: string): boolean {
  if (!key.startsWith('sops_')) return false;
  const name = key.slice('sops_'.length).split('__', 1)[0] ?? '';
  return metadata.has(name);
}

function isSuffixed(key: string, suffix: unknown): boolean {
  return typeof suffix === 'string' && suffix !== '' && key.endsWith(suffix);
}

function isSopsIni(text: string): boolean {
  let section = '';
  const own = new Map<string, string>();
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const [, heading] = /^\[([^\]]*)\]$/.exec(line) ?? [];
    const [, key = '', value = ''] = /^([^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (heading !== undefined) section = heading;
    else if (section === 'sops' && isMetadataName(`sops_${key}`)) own.set(key, value);
    else if (key === '' || (value !== '' && !isSopsValue(withoutQuotes(value)))) return false;
  }
  return isSopsValue(own.get('mac') ?? '') && own.has('version');
}

function isSopsTree(text: string): boolean {
  const documents = splitDocuments(text).filter((each) => /^\s*[^\s#]/m.test(each)).flatMap(parseDocuments);
  return documents.length > 0 && documents.every(({ value, isYaml }) => isYaml === 'yes' && isSopsMapping(value));
}

function isSopsMapping(value: unknown): boolean {
  if (!isMapping(value)) return false;
  const { sops: own, ...rest } = value;
  if (!isMapping(own)) return false;
  if (typeof own['mac'] !== 'string' || !isSopsValue(own['mac'])) return false;
  return Object.keys(own).every((key) => metadata.has(key)) && isEncrypted(rest, own['unencrypted_suffix']);
}

function isEncrypted(root: Mapping, suffix: unknown): boolean {
  const pending: unknown[] = [root];
  const seen = new Set<object>();
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'object' && value !== null) {
      if (seen.has(value)) continue;
      seen.add(value);
      for (const [key, child] of Object.entries(value)) {
        if (!isMapping(value) || !isSuffixed(key, suffix)) pending.push(child);
      }
    } else if (value !== null && value !== '' && !(typeof value === 'string' && isSopsValue(value))) return false;
  }
  return true;
}
