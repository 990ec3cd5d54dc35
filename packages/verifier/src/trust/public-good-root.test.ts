import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VerifyError } from '../errors.ts';
import { type PublicGood, type PublicGoodOptions, readPublicGood, trustedRootOf } from './public-good-root.ts';
import { rootJson } from './testing/test-root.ts';
import { TufServer } from './testing/tuf-server.ts';

const root = JSON.stringify(rootJson());
const signing = '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json"}';
const files = { 'trusted_root.json': root, 'signing_config.v0.2.json': signing };
const hourMs = 3_600_000;
const yesterday = (): Date => new Date(Date.now() - 24 * hourMs);

let directory: string;
let server: TufServer;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'capsule-root-'));
  server = await TufServer.start({ version: 1, files });
});

afterEach(async () => {
  await server.stop();
  const left = (await readdir(directory)).filter((name) => name !== 'cache');
  await rm(directory, { recursive: true });
  if (left.length > 0) throw new Error(`temporary files were left: ${left.join(', ')}`);
});

const read = (changes: Partial<PublicGoodOptions> = {}): Promise<PublicGood> => {
  return readPublicGood({
    cacheDirectory: join(directory, 'cache'),
    mirror: server.address,
    initialRoot: server.root,
    now: () => new Date(),
    temporaryDirectory: directory,
    ...changes,
  });
};
const failure = async (changes: Partial<PublicGoodOptions> = {}): Promise<VerifyError> => {
  const error: unknown = await read(changes).catch((thrown: unknown) => thrown);
  if (error instanceof VerifyError) return error;
  throw new Error('nothing was refused', { cause: error });
};
const inADay = (): Date => new Date(Date.now() + 25 * hourMs);

describe('the root of a Sigstore instance with a TUF repository', () => {
  test('is got with the signing configuration, and says until when it counts', async () => {
    const expires = new Date(Math.trunc(Date.now() / 1000) * 1000 + hourMs);
    server.publish({ version: 2, files, expires: { snapshot: expires } });

    const found = await read();

    expect(Buffer.from(found.trustedRoot).toString()).toBe(root);
    expect(Buffer.from(found.signingConfig ?? []).toString()).toBe(signing);
    expect(found.expires).toEqual(expires);
    expect(await trustedRootOf(found)).toMatchObject({ source: 'file', label: server.address });
  });

  test('is used without a request while it has not expired, also when nobody answers', async () => {
    const first = await read();
    await server.stop();

    expect(await read()).toEqual(first);
    expect(server.requests.filter((path) => path.endsWith('timestamp.json'))).toHaveLength(1);
  });

  test('is asked for anew where the caller wants that', async () => {
    await read();
    server.publish({ version: 2, files: { ...files, 'trusted_root.json': `${root} ` } });

    const found = await read({ refresh: true });

    expect(Buffer.from(found.trustedRoot).toString()).toBe(`${root} `);
  });

  test('is asked for anew where the last answer is older than the caller takes, and says when it was vouched for', async () => {
    await read();
    server.publish({ version: 2, files: { ...files, 'trusted_root.json': `${root} ` } });
    const later = (): Date => new Date(Date.now() + hourMs);

    expect(Buffer.from((await read({ maxAgeMs: 2 * hourMs, now: later })).trustedRoot).toString()).toBe(root);
    const renewed = await read({ maxAgeMs: hourMs / 2, now: later });

    expect(Buffer.from(renewed.trustedRoot).toString()).toBe(`${root} `);
    expect((await trustedRootOf(renewed)).fetchedAt).toEqual(renewed.fetchedAt);
  });

  test('counts as it was kept, and no younger, where nobody answers whoever wants a newer one', async () => {
    const kept = await read();
    await server.stop();
    const later = (): Date => new Date(Date.now() + hourMs);

    expect(await read({ maxAgeMs: 0, now: later })).toEqual(kept);
    expect(await failure({ maxAgeMs: 0, now: inADay })).toMatchObject({ code: 'TRUST_EXPIRED' });
  });

  test('is not taken from what was kept where the answer that came cannot be right', async () => {
    await read();
    server.publish({ version: 2, files, forged: 'timestamp' });

    expect(await failure({ maxAgeMs: 0, now: () => new Date(Date.now() + hourMs) })).toMatchObject({ code: 'TRUST_INVALID' });
  });

  test('is asked for anew after it has expired', async () => {
    server.publish({ version: 1, files, expires: { timestamp: new Date(Date.now() + hourMs) } });
    await read();
    server.publish({ version: 2, files: { ...files, 'trusted_root.json': `${root} ` } });

    const found = await read({ now: () => new Date(Date.now() + 2 * hourMs) });

    expect(Buffer.from(found.trustedRoot).toString()).toBe(`${root} `);
  });

  test('is asked for anew where the clock went back', async () => {
    await read();
    server.requests.length = 0;

    await read({ now: yesterday });

    expect(server.requests).not.toEqual([]);
  });

  test('follows a root that was replaced', async () => {
    server.rotateRoot();

    expect(Buffer.from((await read()).trustedRoot).toString()).toBe(root);
    expect(server.requests).toContain('/3.root.json');
  });

  test('may do without a signing configuration', async () => {
    server.publish({ version: 1, files: { 'trusted_root.json': root } });

    expect((await read()).signingConfig).toBeUndefined();
  });

  test('is kept apart for each root that a chain begins at', async () => {
    await read();
    await using other = await TufServer.start({ version: 1, files });

    expect((await failure({ initialRoot: other.root })).code).toBe('TRUST_INVALID');
  });

  test('is got as well where nothing can be kept', async () => {
    const locked = join(directory, 'cache');
    await writeFile(locked, 'a file where a directory should be');

    expect(Buffer.from((await read()).trustedRoot).toString()).toBe(root);
    await rm(locked);
  });

  test('is got anew where what was kept is damaged', async () => {
    await read();
    const [name = ''] = await readdir(join(directory, 'cache'));
    const path = join(directory, 'cache', name);
    const text = await readFile(path, 'utf8');
    for (const damaged of ['', '{', text.slice(0, -40), 'null', '{"form":"release-capsule/tuf/v1"}', text.replace('"root.json"', '"../root.json"')]) {
      await chmod(path, 0o600);
      await writeFile(path, damaged);
      expect(Buffer.from((await read()).trustedRoot).toString()).toBe(root);
      expect(await readFile(path, 'utf8')).not.toBe(damaged);
    }
  });

  test('survives many processes that get it at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => read()));

    expect(new Set(all.map(({ trustedRoot }) => Buffer.from(trustedRoot).toString()))).toEqual(new Set([root]));
    expect(await readdir(join(directory, 'cache'))).toHaveLength(1);
  });
});

describe('no root is used', () => {
  test('where nobody answers and none was kept', async () => {
    await server.stop();
    const error = await failure();

    expect(error).toMatchObject({ code: 'TRUST_UNAVAILABLE', message: expect.stringContaining('ECONNREFUSED') });
    expect(error.hint).toContain('capsule trust export');
  });

  test('where nobody answers, although this program was built with the public root', async () => {
    const places = { cacheDirectory: join(directory, 'cache'), temporaryDirectory: directory };
    await server.stop();

    await expect(readPublicGood({ ...places, mirror: server.address, now: () => new Date() })).rejects.toMatchObject({ code: 'TRUST_UNAVAILABLE' });
  });

  test('where nobody answers and the one that was kept has expired', async () => {
    await read();
    await server.stop();
    const error = await failure({ now: inADay });

    expect(error).toMatchObject({ code: 'TRUST_EXPIRED', message: expect.stringContaining('too old') });
    expect(error.hint).toContain('--trusted-root');
  });

  test('where nobody answers and the caller wants the newest', async () => {
    await read();
    await server.stop();

    expect((await failure({ refresh: true })).code).toBe('TRUST_UNAVAILABLE');
  });

  test.each(['timestamp', 'snapshot', 'targets', 'root'] as const)('where the %s of the repository has expired', async (role) => {
    await using stale = await TufServer.start({ version: 1, files, expires: { [role]: yesterday() } });

    expect(await failure({ mirror: stale.address, initialRoot: stale.root })).toMatchObject({ code: 'TRUST_EXPIRED' });
  });

  test.each(['timestamp', 'snapshot', 'targets'] as const)('where the %s is signed by a stranger', async (forged) => {
    server.publish({ version: 1, files, forged });

    expect((await failure()).code).toBe('TRUST_INVALID');
  });

  test('where the next root is signed by a stranger', async () => {
    server.rotateRoot({ isForged: true });

    expect((await failure()).code).toBe('TRUST_INVALID');
  });

  test('where the repository goes back to an older edition', async () => {
    server.publish({ version: 3, files });
    await read();
    server.publish({ version: 2, files });

    expect((await failure({ refresh: true })).code).toBe('TRUST_INVALID');
  });

  test('where the repository says something else under a version that is known', async () => {
    await read();
    server.publish({ version: 1, files: { 'trusted_root.json': `${root} ` } });

    expect(Buffer.from((await read({ refresh: true })).trustedRoot).toString()).toBe(root);
  });

  test.each(['trusted_root.json', 'timestamp.json', '1.snapshot.json', '1.targets.json'])('where %s is far too long', async (name) => {
    const path = name === 'trusted_root.json' ? server.pathOf(name) : `/${name}`;
    server.answers.set(path, { status: 200, body: Buffer.alloc(6_000_000, ' ') });
    const error = await failure();

    expect(error).toMatchObject({ code: 'TRUST_INVALID', message: expect.stringContaining('larger than') });
  });

  test('where the metadata promise a root larger than any is', async () => {
    server.publish({ version: 1, files: { 'trusted_root.json': ' '.repeat(1024 * 1024 + 1) } });
    server.requests.length = 0;

    expect((await failure()).code).toBe('TRUST_INVALID');
    expect(server.requests.some((path) => path.startsWith('/targets/'))).toBe(false);
  });

  test('where it is not what the metadata name', async () => {
    server.answers.set(server.pathOf('trusted_root.json'), { status: 200, body: Buffer.from(root.replace('https', 'httpx')) });

    expect((await failure()).code).toBe('TRUST_INVALID');
  });

  test('where the server fails, after a second attempt', async () => {
    server.answers.set('/timestamp.json', { status: 503, body: Buffer.alloc(0) });

    expect(await failure()).toMatchObject({ code: 'TRUST_UNAVAILABLE', message: expect.stringContaining('503') });
    expect(server.requests.filter((path) => path === '/timestamp.json')).toHaveLength(2);
  });

  test('where the repository is of something else', async () => {
    server.publish({ version: 1, files: { 'keys.json': '{}' } });

    expect(await failure()).toMatchObject({ code: 'TRUST_INVALID', message: expect.stringContaining('has no trusted_root.json') });
  });

  test('where the root to begin at is none', async () => {
    expect((await failure({ initialRoot: Buffer.from('{}') })).code).toBe('TRUST_INVALID');
  });

  test.each(['ftp://example.com', 'https://user:secret@example.com', 'nowhere', 'https://example.com/?token=secret'])('where the address is %s', async (mirror) => {
    const error = await failure({ mirror });

    expect(error.code).toBe('TRUST_INVALID');
    expect(error.message).not.toContain('secret');
  });

  test('where the caller gives up', async () => {
    await expect(read({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'TRUST_UNAVAILABLE' });
  });
});
