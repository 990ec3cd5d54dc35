import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCountingProxy } from './support/counting-proxy.ts';
import { registryKinds } from './support/registry-kinds.ts';
import type { TestRegistry } from './support/registry.ts';
import { parseFailed, parseReleased, type Released } from './support/released.ts';
import { type CapsuleOptions, Workbench } from './support/workbench.ts';

let workbench: Workbench;

beforeAll(async () => {
  workbench = await Workbench.open();
});

afterAll(() => workbench[Symbol.dispose]());

describe.each(registryKinds)('$name', (kind) => {
  let registry: TestRegistry;
  let login: CapsuleOptions;
  let place: string;
  let released: Released;

  beforeAll(async () => {
    registry = await kind.start();
    place = `${registry.host}/team/hello-capsule`;
    login = registry.user === undefined ? {} : { login: { host: registry.host, user: registry.user } };
    released = parseReleased(await workbench.succeed(workbench.releaseArguments(place), login));
  });

  afterAll(async () => registry[Symbol.asyncDispose]());

  test('takes a release, tagged with its commit', () => {
    expect(released).toMatchObject({ tag: `git-${workbench.commit}`, tagging: 'set' });
  });

  test('gives back a capsule that is accepted, by tag and by digest', async () => {
    for (const reference of [`${place}:${released.tag}`, `${place}@${released.digest}`]) {
      const { status, stdout } = await workbench.capsule(workbench.verifyArguments(reference), login);
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ accepted: true, capsule: { digest: released.digest } });
    }
  });

  test('gives back a package that is unpacked whole', async () => {
    const output = join(workbench.path, `unpacked-${kind.name}`);
    const [, ...verification] = workbench.verifyArguments(`${place}:${released.tag}`);
    await workbench.succeed(['unpack', ...verification, '--output', output], login);
    expect(readdirSync(join(output, 'package/kustomize')).sort()).toEqual(['base', 'components', 'overlays']);
  });

  test('shows the capsule, its signature and its attestations to who looks inside', async () => {
    const inspection = JSON.parse(await workbench.succeed(['inspect', `${place}:${released.tag}`, '--json'], login));
    expect(inspection.digest).toBe(released.digest);
    expect(kindsOf(inspection)).toEqual(['attestation', 'attestation', 'signature']);
  });

  test('is left as it was by a second release of the same commit', async () => {
    const again = parseReleased(await workbench.succeed(workbench.releaseArguments(place), login));
    expect(again).toMatchObject({ digest: released.digest, tagging: 'unchanged' });
    const inspection = JSON.parse(await workbench.succeed(['inspect', `${place}:${released.tag}`, '--json'], login));
    expect(kindsOf(inspection)).toEqual(['attestation', 'attestation', 'signature']);
  });

  test('is not made to move the tag to another capsule', async () => {
    const { status, stdout } = await workbench.capsule(workbench.releaseArguments(place, { seed: 'b' }), login);
    expect(status).toBe(1);
    expect(parseFailed(stdout)).toMatchObject({ code: 'TAG_TAKEN' });
    await workbench.succeed(workbench.verifyArguments(`${place}:${released.tag}`), login);
  });

  test('answers a verification in five requests with the referrers API, in six without, one more each for challenge and token', async () => {
    await using proxy = await startCountingProxy(registry.host);
    const reference = `${proxy.host}/team/hello-capsule:${released.tag}`;
    const through = registry.user === undefined ? {} : { login: { host: proxy.host, user: registry.user } };
    const tokensBefore = registry.tokenScopes?.().length ?? 0;
    await workbench.succeed(workbench.verifyArguments(reference), through);
    const seen = proxy.requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
    const challenges = registry.user === undefined ? 0 : 1;
    // Where the list does not say which of them is the signature, both attestations may be opened before it.
    const unnamed = kind.name === 'go-containerregistry' ? 4 : 0;
    expect(seen.length, seen.join('\n')).toBeLessThanOrEqual((kind.hasReferrersApi ? 5 : 6) + unnamed + challenges);
    expect(proxy.requests.filter(({ status }) => status === 401)).toHaveLength(challenges);
    const asked = registry.tokenScopes?.().slice(tokensBefore) ?? [];
    // A token that could push would let whoever steals it from a verifier write to the repository.
    expect(asked).toEqual(registry.tokenScopes === undefined ? [] : [['repository:team/hello-capsule:pull']]);
  });

  test('gets the password only where it asks for it itself: a token service keeps it from the registry', async () => {
    await using proxy = await startCountingProxy(registry.host);
    const through = registry.user === undefined ? {} : { login: { host: proxy.host, user: registry.user } };
    await workbench.succeed(workbench.verifyArguments(`${proxy.host}/team/hello-capsule:${released.tag}`), through);
    const schemes = new Set(proxy.requests.map(({ authorization }) => authorization));
    const expected = registry.tokenScopes === undefined ? ['', 'Basic'] : ['', 'Bearer'];
    expect([...schemes].sort()).toEqual(registry.user === undefined ? [''] : expected);
  });
});

describe.each(registryKinds.filter(({ name }) => /htpasswd|tokens/.test(name)))('$name', (kind) => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await kind.start();
  });

  afterAll(async () => registry[Symbol.asyncDispose]());

  const commands: readonly [string, (place: string) => readonly string[]][] = [
    ['release', (place) => workbench.releaseArguments(place)],
    ['verify', (place) => workbench.verifyArguments(`${place}:git-${workbench.commit}`)],
    ['inspect', (place) => ['inspect', `${place}:git-${workbench.commit}`, '--json']],
  ];

  test.each(commands)('refuses a wrong password: %s says so, may be tried again, and prints no secret', async (_name, argumentsOf) => {
    const password = 'not the password of anybody';
    const user = { username: 'ci-robot', password };
    const ended = await workbench.capsule(argumentsOf(`${registry.host}/team/app`), { login: { host: registry.host, user } });
    expect(ended.status).toBe(3);
    const said = ended.stdout + ended.stderr;
    expect(said).toMatch(/credentials|docker login/i);
    const auth = Buffer.from(`ci-robot:${password}`).toString('base64');
    for (const secret of [password, encodeURIComponent(password), auth]) expect(said).not.toContain(secret);
  });

  test.each(commands)('refuses who has no password: %s says so, and may be tried again', async (_name, argumentsOf) => {
    const ended = await workbench.capsule(argumentsOf(`${registry.host}/team/app`));
    expect(ended.status).toBe(3);
    expect(ended.stdout + ended.stderr).toMatch(/credentials|docker login/i);
  });
});

function kindsOf({ attached }: { readonly attached: readonly { readonly kind: string }[] }): readonly string[] {
  return attached.map(({ kind }) => kind).sort();
}
