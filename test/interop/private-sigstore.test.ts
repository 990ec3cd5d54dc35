import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workspace } from './support/make-repository.ts';
import { type PrivateSigstore, startPrivateSigstore } from './support/private-sigstore.ts';
import { Workbench } from './support/workbench.ts';
import { toolPath } from './tools.ts';

describe('the private Sigstore', () => {
  let workbench: Workbench;
  let sigstore: PrivateSigstore;

  beforeAll(async () => {
    workbench = await Workbench.open();
    sigstore = await startPrivateSigstore();
  });

  afterAll(async () => {
    await sigstore[Symbol.asyncDispose]();
    workbench[Symbol.dispose]();
  });

  function cosign(...options: readonly (readonly string[])[]): Promise<string> {
    return workbench.run(toolPath('cosign'), ...options.flat());
  }

  function read(path: string): unknown {
    return JSON.parse(readFileSync(path, 'utf8'));
  }

  test('writes the trusted root that cosign would write', async () => {
    const { folder, files, urls } = sigstore;
    const root = read(files.trustedRoot) as TrustedRoot;
    const since = `start-time=${root.tlogs[0].publicKey.validFor.start}`;
    const file = (name: string): string => join(folder, name);
    await cosign(
      ['trusted-root', 'create', '--out', 'theirs.json'],
      ['--fulcio', `url=${urls.fulcio},certificate-chain=${file('fulcio.pem')}`],
      ['--ctfe', `url=${urls.certificateLog},public-key=${file('certificate-log.pub')},${since}`],
      ['--rekor', `url=${urls.rekor},public-key=${file('rekor.pub')},origin=127.0.0.1,${since}`],
      ['--tsa', `url=${urls.timestampAuthority},certificate-chain=${file('timestamp-authority.pem')}`],
    );
    expect(withoutSubjects(root)).toEqual(withoutSubjects(read(join(workbench.path, 'theirs.json')) as TrustedRoot));
  });

  test('writes the signing configuration that cosign would write', async () => {
    const { files, urls, issuers } = sigstore;
    const config = read(files.signingConfig) as { readonly caUrls: readonly [{ readonly validFor: { readonly start: string } }] };
    const service = (url: string, version: number): string =>
      `url=${url},api-version=${version},start-time=${config.caUrls[0].validFor.start},operator=private-sigstore`;
    await cosign(
      ['signing-config', 'create', '--out', 'their-config.json'],
      ['--fulcio', service(urls.fulcio, 1), '--oidc-provider', service(issuers.email, 1)],
      ['--rekor', service(urls.rekor, 2), '--rekor-config', 'ANY'],
      ['--tsa', service(urls.timestampAuthority, 1), '--tsa-config', 'ANY'],
    );
    expect(config).toEqual(read(join(workbench.path, 'their-config.json')));
  });

  test('gives a job its identity, and nobody else', async () => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer = '' } = sigstore.job;
    const ask = (authorization: string): Promise<Response> => fetch(`${url}&audience=sigstore`, { headers: { authorization } });
    const { value } = (await (await ask(`bearer ${bearer}`)).json()) as { readonly value: string };
    const claims = JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ iss: sigstore.issuers.github, aud: 'sigstore', repository: 'example/hello' });
    expect(await ask('bearer of bad news')).toMatchObject({ status: 400 });
  });
});

test('ends with its parent: neither a server nor a file is left', async () => {
  const script = join(workspace, 'scripts/interop/private-sigstore.mjs');
  const parent = spawn('sh', ['-c', '"$0" "$1" & wait', process.execPath, script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  const { folder, urls } = JSON.parse(String(line)) as Pick<PrivateSigstore, 'folder' | 'urls'>;
  expect(await fetch(`${urls.rekor}/healthz`)).toMatchObject({ status: 200 });
  parent.kill('SIGKILL');
  await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
  // The servers are killed as the script ends.
  for (const url of [`${urls.rekor}/healthz`, urls.fulcio]) await expect.poll(() => isGone(url), { timeout: 10_000 }).toBe(true);
});

interface Authority {
  readonly subject?: unknown;
}

interface TrustedRoot {
  readonly tlogs: readonly [{ readonly publicKey: { readonly validFor: { readonly start: string } } }];
  readonly certificateAuthorities: readonly Authority[];
  readonly timestampAuthorities: readonly Authority[];
}

/** cosign writes the subject's names otherwise than the public instance does; they are for people. */
function withoutSubjects(root: TrustedRoot): object {
  const strip = ({ subject: _subject, ...authority }: Authority): object => authority;
  const { certificateAuthorities, timestampAuthorities } = root;
  return { ...root, certificateAuthorities: certificateAuthorities.map(strip), timestampAuthorities: timestampAuthorities.map(strip) };
}

async function isGone(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}
