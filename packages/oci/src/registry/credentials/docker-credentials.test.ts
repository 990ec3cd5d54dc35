import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDockerCredentials } from './docker-credentials.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'docker-credentials-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function write(path: string, content: unknown): Promise<string> {
  const file = join(directory, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function writeHelper(name: string, script: string): Promise<void> {
  await chmod(await write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`), 0o755);
}

function environment(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { PATH: `${join(directory, 'bin')}:/usr/bin:/bin`, HOME: directory, ...more };
}

function login(user: string, host = 'ghcr.io'): object {
  return { auths: { [host]: { auth: encode(`${user}:secret`) } } };
}

describe('the files of loadDockerCredentials', () => {
  it.each([
    ['.docker/config.json', {}],
    ['elsewhere/config.json', { DOCKER_CONFIG: 'elsewhere' }],
    ['runtime/containers/auth.json', { XDG_RUNTIME_DIR: 'runtime' }],
    ['auth.json', { REGISTRY_AUTH_FILE: 'auth.json' }],
  ])('include %s', async (path, variables) => {
    await write(path, login('me'));
    const absolute = Object.entries(variables).map(([name, value]) => [name, join(directory, value)]);

    const provider = loadDockerCredentials({ env: environment(Object.fromEntries(absolute)) });

    expect(await provider.credentials('ghcr.io')).toEqual({ username: 'me', password: 'secret' });
  });

  it('are read in order, until one knows the host', async () => {
    await write('.docker/config.json', login('docker'));
    const podman = { auth: encode('podman:secret') };
    await write('run/containers/auth.json', { auths: { 'ghcr.io': podman, 'quay.io': podman } });
    const provider = loadDockerCredentials({ env: environment({ XDG_RUNTIME_DIR: join(directory, 'run') }) });

    expect(await provider.credentials('ghcr.io')).toMatchObject({ username: 'docker' });
    expect(await provider.credentials('quay.io')).toMatchObject({ username: 'podman' });
  });

  it('are read each time: what was replaced counts, and what was torn is mended', async () => {
    await write('.docker/config.json', login('old'));
    const provider = loadDockerCredentials({ env: environment() });

    expect(await provider.credentials('ghcr.io')).toMatchObject({ username: 'old' });
    await write('.docker/config.json', '{');
    await expect(provider.credentials('ghcr.io')).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
    await write('.docker/config.json', login('new'));
    expect(await provider.credentials('ghcr.io')).toMatchObject({ username: 'new' });
  });

  it('are none where the environment names none', async () => {
    expect(await loadDockerCredentials({}).credentials('ghcr.io')).toBeUndefined();
    expect(await loadDockerCredentials({ env: environment() }).credentials('ghcr.io')).toBeUndefined();
  });

  it.each([
    ['is missing', 'absent.json'],
    ['is a directory', '.'],
  ])('are an error where the one that is named %s', async (_what, path) => {
    const provider = loadDockerCredentials({ configPath: join(directory, path) });

    await expect(provider.credentials('ghcr.io')).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });

  it('are not read past 1 MiB', async () => {
    const configPath = await write('config.json', JSON.stringify({ ...login('me'), pad: 'x'.repeat(1024 * 1024) }));

    await expect(loadDockerCredentials({ configPath }).credentials('ghcr.io')).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      message: expect.stringContaining('larger than'),
    });
  });

  it.skipIf(process.platform === 'win32')('do not hold us where one is a named pipe', async () => {
    const configPath = join(directory, 'pipe');
    execFileSync('mkfifo', [configPath]);

    const asked = loadDockerCredentials({ configPath }).credentials('ghcr.io');

    await expect(asked).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });
});

describe.skipIf(process.platform === 'win32')('a file that holds a login itself', () => {
  const helper = `cat >/dev/null; echo '{"Username":"helper","Secret":"s"}'`;
  const logins = { auths: { 'ghcr.io': { auth: encode('host:secret') }, 'ghcr.io/team': { auth: encode('team:secret') } } };

  it.each([
    ['a store that is not installed', { ...logins, credsStore: 'absent' }, 'ghcr.io/app', 'host'],
    ['a helper that is not installed', { ...logins, credHelpers: { 'ghcr.io': 'absent' } }, 'ghcr.io/app', 'host'],
    ['a store, for a path', { ...logins, credsStore: 'there' }, 'ghcr.io/team/app', 'team'],
    ['a store, for the host', { ...logins, credsStore: 'there' }, 'ghcr.io/app', 'helper'],
    ['a helper of the host, for a path', { ...logins, credHelpers: { 'ghcr.io': 'there' } }, 'ghcr.io/team/app', 'helper'],
    ['a helper of another host', { ...logins, credHelpers: { 'quay.io': 'there' } }, 'ghcr.io/team/app', 'team'],
    ['a helper for a path, which no tool supports', { ...logins, credHelpers: { 'ghcr.io/team': 'there' } }, 'ghcr.io/team/app', 'team'],
  ])('beside %s', async (_what, config, place, username) => {
    await writeHelper('there', helper);
    const configPath = await write('config.json', config);

    const credential = await loadDockerCredentials({ configPath, env: environment() }).credentials(place);

    expect(credential).toMatchObject({ username });
  });

  it('does not stand in for a helper that fails', async () => {
    await writeHelper('bad', 'exit 3');
    const configPath = await write('config.json', { ...logins, credsStore: 'bad' });

    const asked = loadDockerCredentials({ configPath, env: environment() }).credentials('ghcr.io/app');

    await expect(asked).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });
});

describe.skipIf(process.platform === 'win32')('the helpers of loadDockerCredentials', () => {
  it('are given the server address, and asked before the file', async () => {
    const answer = '{"ServerURL":"x","Username":"me","Secret":"s3"}';
    await writeHelper('one', `[ "$1" = get ] && cat >"${directory}/asked" && echo '${answer}'`);
    const config = { ...login('file'), credHelpers: { 'ghcr.io': 'one' }, credsStore: 'none' };
    const configPath = await write('config.json', config);

    const credential = await loadDockerCredentials({ configPath, env: environment() }).credentials('ghcr.io');

    expect(credential).toEqual({ username: 'me', password: 's3' });
    expect(await readFile(join(directory, 'asked'), 'utf8')).toBe('ghcr.io');
  });

  it('are given what helpers document, and no key, token or password of the job', async () => {
    await writeHelper('env', `cat >/dev/null; env >"${directory}/env"; echo '{"Username":"me","Secret":"s"}'`);
    const configPath = await write('config.json', { credsStore: 'env' });
    const secrets = ['COSIGN_PASSWORD', 'COSIGN_PRIVATE_KEY', 'SIGSTORE_ID_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'GITHUB_TOKEN', 'REGISTRY_PASSWORD', 'MY_KEY'];
    const planted = Object.fromEntries(secrets.map((name, at) => [name, `planted-${at}`]));

    await loadDockerCredentials({ configPath, env: environment({ ...planted, AWS_PROFILE: 'ci' }) }).credentials('ghcr.io');

    const given = await readFile(join(directory, 'env'), 'utf8');
    expect(given).toContain('AWS_PROFILE=ci\n');
    expect(given).toContain(`HOME=${directory}\n`);
    for (const name of secrets) expect(given).not.toContain(name);
    expect(given).not.toContain('planted');
  });

  it.each(['.', '', 'bin', '../bin'])('are not looked for by the relative entry %j of the PATH', async (entry) => {
    await writeHelper('near', `cat >/dev/null; echo '{"Username":"evil","Secret":"s"}'`);
    const configPath = await write('config.json', { credsStore: 'near' });
    const here = process.cwd();
    const PATH = `${entry}:${relative(here, join(directory, 'bin'))}:/usr/bin:/bin`;

    const asked = loadDockerCredentials({ configPath, env: environment({ PATH }) }).credentials('ghcr.io');

    await expect(asked).rejects.toMatchObject({ message: expect.stringContaining('not on the PATH') });
  });

  it('are not looked for anywhere where the PATH has no absolute entry', async () => {
    await writeHelper('near', `cat >/dev/null; echo '{"Username":"evil","Secret":"s"}'`);
    const configPath = await write('config.json', { credsStore: 'near' });
    const PATH = relative(process.cwd(), join(directory, 'bin'));

    const asked = loadDockerCredentials({ configPath, env: environment({ PATH }) }).credentials('ghcr.io');

    await expect(asked).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });

  it('are given the old address of Docker Hub', async () => {
    await writeHelper('hub', `cat >"${directory}/asked"; echo '{"Username":"<token>","Secret":"idt"}'`);
    const configPath = await write('config.json', { credsStore: 'hub' });

    const credential = await loadDockerCredentials({ configPath, env: environment() }).credentials('docker.io');

    expect(credential).toEqual({ identityToken: 'idt' });
    expect(await readFile(join(directory, 'asked'), 'utf8')).toBe('https://index.docker.io/v1/');
  });

  it('leave the word to the file where they know nothing', async () => {
    await writeHelper('empty', `cat >/dev/null; echo 'credentials not found in native keychain'; exit 1`);
    const configPath = await write('config.json', { ...login('file'), credsStore: 'empty' });

    const credential = await loadDockerCredentials({ configPath, env: environment() }).credentials('ghcr.io');

    expect(credential).toMatchObject({ username: 'file' });
  });

  it.each([
    ['is missing', undefined],
    ['fails', `echo '{"Username":"me","Secret":"hunter2"}'; echo hunter2 >&2; exit 3`],
    ['does not answer in JSON', 'echo hunter2'],
    ['answers without a secret', `echo '{"Username":"hunter2"}'`],
    ['writes without end', 'yes hunter2'],
    ['hangs', 'exec sleep 30'],
  ])('are an error that repeats nothing where one %s', async (_what, script) => {
    if (script !== undefined) await writeHelper('bad', script);
    const configPath = await write('config.json', { credsStore: 'bad' });
    const provider = loadDockerCredentials({ configPath, env: environment(), helperTimeoutMs: 1_000 });

    const error: unknown = await provider.credentials('ghcr.io').catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID' });
    expect(inspect(error)).not.toContain('hunter2');
  });

  it('end with the signal', async () => {
    await writeHelper('slow', 'exec sleep 30');
    const configPath = await write('config.json', { credsStore: 'slow' });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 100);

    const asked = loadDockerCredentials({ configPath, env: environment() }).credentials('ghcr.io', controller.signal);

    await expect(asked).rejects.toThrow('enough');
  });

  it('get the environment that was given, and no other', async () => {
    await writeHelper('env', `cat >/dev/null; echo "{\\"Username\\":\\"$AWS_PROFILE-$HOME\\",\\"Secret\\":\\"s\\"}"`);
    const configPath = await write('config.json', { credsStore: 'env' });
    const provider = loadDockerCredentials({ configPath, env: environment({ AWS_PROFILE: 'yes', HOME: '/h' }) });

    expect(await provider.credentials('ghcr.io')).toMatchObject({ username: 'yes-/h' });
  });
});
