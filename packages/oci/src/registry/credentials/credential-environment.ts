import { absoluteSearchPath } from '../../search-path.ts';

/** What every program needs, however it is written: where programs, homes and temporary files are, languages, proxies and certificates. */
const system = [
  'PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TERM', 'TZ', 'TMPDIR', 'TMP', 'TEMP',
  'SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'PROGRAMDATA', 'PROGRAMFILES', 'APPDATA', 'LOCALAPPDATA',
  'USERPROFILE', 'USERNAME', 'HOMEDRIVE', 'HOMEPATH',
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY',
  'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS',
];

/**
 * What the helpers of keychains document: docker-credential-pass, -secretservice, -osxkeychain, -wincred.
 * Source: pass(1), gpg(1), gpg-agent(1), dbus-daemon(1).
 */
const keychains = ['DOCKER_CONFIG', 'GNUPGHOME', 'GPG_TTY', 'DBUS_SESSION_BUS_ADDRESS', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'];

/**
 * What the helpers of clouds document. Each trades the cloud's own credentials for a registry's, so these are given.
 * A helper of one cloud can be set up to use the identity of another.
 * Source: azure-identity, "Environment variables"; docker-credential-acr-env; docker-credential-gcr; google-auth,
 * "Workload identity federation".
 */
const clouds = [
  'GOOGLE_APPLICATION_CREDENTIALS', 'GOOGLE_CLOUD_PROJECT', 'GOOGLE_CLOUD_QUOTA_PROJECT', 'GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES',
  'GCLOUD_PROJECT', 'GCE_METADATA_HOST', 'GCE_METADATA_IP', 'GCE_METADATA_ROOT', 'NO_GCE_CHECK',
  'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_CLIENT_CERTIFICATE_PASSWORD', 'AZURE_TENANT_ID',
  'AZURE_FEDERATED_TOKEN_FILE', 'AZURE_AUTHORITY_HOST', 'AZURE_REGIONAL_AUTHORITY_NAME', 'AZURE_CONFIG_DIR', 'AZURE_ENVIRONMENT',
  'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'IMDS_ENDPOINT', 'MSI_ENDPOINT', 'MSI_SECRET',
];

/**
 * Families of which new members appear. Source: AWS SDKs and Tools Reference Guide, "Environment variables";
 * amazon-ecr-credential-helper; gcloud, "Managing gcloud CLI properties"; pass(1); XDG Base Directory Specification.
 */
const families = /^(?:AWS|CLOUDSDK|PASSWORD_STORE|XDG|LC)_[A-Z0-9_]+$/;

const known = new Set([...system, ...keychains, ...clouds]);

// A key to sign with may stand under any name: `--key env://AWS_SIGNING_KEY`.
const signingKey = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/;

/**
 * Gets the environment for a credential helper: only what helpers document, no private key under such a name, and only
 * absolute entries of the PATH, so that no helper is found in the working directory. A helper is a program of others, and a
 * CI job's environment holds the signing key, its password and the tokens of the job.
 */
export function helperEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const upper = name.toUpperCase(); // proxies are also written in lower case; Windows knows no case
    if (value === undefined || !(known.has(upper) || families.test(upper)) || signingKey.test(value)) continue;
    const given = upper === 'PATH' ? absoluteSearchPath(value) : value;
    // An empty PATH means the working directory to the system; one that is not there means its own default.
    if (given !== '' || upper !== 'PATH') kept[name] = given;
  }
  return kept;
}
