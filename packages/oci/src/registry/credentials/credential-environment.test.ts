import fc from 'fast-check';
import { expect, it } from 'vitest';
import { helperEnvironment } from './credential-environment.ts';

const documented = {
  HOME: '/home/me',
  LC_ALL: 'C',
  https_proxy: 'http://proxy:3128',
  XDG_RUNTIME_DIR: '/run/user/1000',
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus',
  GNUPGHOME: '/home/me/.gnupg',
  PASSWORD_STORE_DIR: '/home/me/.store',
  DOCKER_CONFIG: '/home/me/.docker',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
  AWS_ECR_CACHE_DIR: '/tmp/ecr',
  GOOGLE_APPLICATION_CREDENTIALS: '/gcp.json',
  CLOUDSDK_CONFIG: '/gcloud',
  AZURE_FEDERATED_TOKEN_FILE: '/var/run/azure',
};

it('keeps what helpers document, also where it is empty', () => {
  expect(helperEnvironment({ ...documented, AWS_PROFILE: '', ABSENT: undefined })).toEqual({ ...documented, AWS_PROFILE: '' });
});

it.each([
  'COSIGN_PASSWORD', 'COSIGN_PRIVATE_KEY', 'cosign_password', 'SIGSTORE_ID_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_RUNTIME_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN',
  'CI_JOB_TOKEN', 'CI_JOB_JWT', 'CI_REGISTRY_PASSWORD', 'GITLAB_TOKEN', 'REGISTRY_PASSWORD', 'REGISTRY_AUTH_FILE',
  'NPM_TOKEN', 'NODE_AUTH_TOKEN', 'NODE_OPTIONS', 'LD_PRELOAD', 'AZURE_DEVOPS_EXT_PAT', 'GOOGLE_API_KEY', 'KEY', 'PASSWORD', 'XAWS_PROFILE', 'AWS',
])('withholds %s', (name) => {
  expect(helperEnvironment({ [name]: 'secret' })).toEqual({});
});

it.each(['PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED SIGSTORE PRIVATE KEY'])('withholds a %s under whatever name', (what) => {
  const key = `-----BEGIN ${what}-----\nAAAA\n-----END ${what}-----\n`;

  expect(helperEnvironment({ AWS_SIGNING_KEY: key, XDG_KEY: ` ${key}`, AWS_PROFILE: 'ci' })).toEqual({ AWS_PROFILE: 'ci' });
});

it('withholds every name that no helper documents, and changes no value', () => {
  const name = fc.stringMatching(/^(?:AWS_|XDG_)?[A-Za-z_][A-Za-z0-9_]*(?:TOKEN|KEY|PASSWORD|SECRET)$/);
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), (env) => {
      const given = helperEnvironment({ ...env, ...documented });
      const expected = Object.keys({ ...env, ...documented }).filter((key) => /^(?:AWS|CLOUDSDK|PASSWORD_STORE|XDG|LC)_/i.test(key) || key in documented);

      expect(Object.keys(given).sort()).toEqual(expected.sort());
      for (const [key, value] of Object.entries(documented)) expect(given[key]).toBe(value);
    }),
  );
});

it.skipIf(process.platform === 'win32').each([
  ['.:/usr/bin:bin:/bin:', { PATH: '/usr/bin:/bin' }],
  ['.', {}],
  [':', {}],
  ['', {}],
])('makes of the PATH %j %j: never the working directory', (path, expected) => {
  expect(helperEnvironment({ PATH: path })).toEqual(expected);
});
