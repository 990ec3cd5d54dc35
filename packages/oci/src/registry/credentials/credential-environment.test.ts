import { expect, it } from 'vitest';
import { helperEnvironment } from './credential-environment.ts';

it('keeps what cloud helpers need, also where it is empty', () => {
  const env = { HOME: '/home/me', AWS_PROFILE: 'ci', EMPTY: '', ABSENT: undefined };

  expect(helperEnvironment(env)).toEqual({ HOME: '/home/me', AWS_PROFILE: 'ci', EMPTY: '' });
});

it.each(['COSIGN_PASSWORD', 'SIGSTORE_ID_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'cosign_password'])(
  'withholds %s',
  (name) => {
    expect(helperEnvironment({ [name]: 'secret' })).toEqual({});
  },
);

it.skipIf(process.platform === 'win32').each([
  ['.:/usr/bin:bin:/bin:', { PATH: '/usr/bin:/bin' }],
  ['.', {}],
  [':', {}],
  ['', {}],
])('makes of the PATH %j %j: never the working directory', (path, expected) => {
  expect(helperEnvironment({ PATH: path })).toEqual(expected);
});
