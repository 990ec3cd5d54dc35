import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validate } from '../../packages/cli/generated/inspect.js';
import { readPage, type ReadPage } from './read-page.ts';
import { Workbench } from './workbench.ts';

let bench: Workbench;
let reference: string;
let inspected: Record<string, unknown>;
let page: ReadPage;

beforeAll(async () => {
  bench = new Workbench();
  await bench.release();
  reference = `oci:capsules:${bench.tag}`;
  inspected = await bench.json(['inspect', reference]);
  await bench.json(['inspect', reference, '--html', 'capsule.html']);
  page = readPage(bench.read('capsule.html'));
});

afterAll(() => bench[Symbol.dispose]());

describe('inspect --html', () => {
  test('says where the page is, and that nothing was judged', async () => {
    const { status, stdout, stderr } = await bench.run(['inspect', reference, '--html', 'out/said.html']);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(`page    ${bench.path('out/said.html')}\njudged  nothing but the format: capsule verify judges the release\n`);
  });

  test('prints the same JSON as without it, and the path of the page', async () => {
    const json = await bench.json(['inspect', reference, '--html', 'out/json.html']);

    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    expect(json).toEqual({ ...inspected, page: bench.path('out/json.html') });
    expect(inspected).not.toHaveProperty('page');
  });

  test('shows the record, every file with its size, the image, and everything attached', () => {
    const { digest, release, files, attached } = inspected as unknown as Inspected;

    for (const text of [release.name, release.gitCommit, release.package.digest, release.image.repoURL, release.image.digest, digest]) {
      expect(page.text).toContain(text);
    }
    for (const { path, sha256 } of files) {
      expect(page.text).toContain(path.split('/').at(-1));
      expect(page.text).toContain(`sha256:${sha256}`);
    }
    expect(attached.map(({ kind }) => kind).sort()).toEqual(['attestation', 'attestation', 'signature']);
    for (const { digest: attachedDigest, signing } of attached) {
      expect(page.text).toContain(attachedDigest);
      expect(page.text).toContain(`key ${signing.signer.fingerprint}`);
    }
  });

  test('offers the policy that it suggests as it is to be saved', () => {
    const { policies } = inspected as unknown as Inspected;

    expect(policies).toHaveLength(1);
    expect(page.blocks).toEqual(policies.map(({ policy }) => policy.trim()));
  });

  test('says that it judges nothing, whether the capsule is signed or not', async () => {
    await bench.pack('oci:unsigned');
    await bench.json(['inspect', `oci:unsigned:${bench.tag}`, '--html', 'out/unsigned.html']);
    const unsigned = readPage(bench.read('out/unsigned.html'));

    for (const { text } of [page, unsigned]) {
      expect(text).toContain('This page judges nothing. Only the format of the capsule was checked.');
      expect(text).not.toMatch(/\b(accepted|trusted|valid)\b/i);
    }
    expect(unsigned.text).toContain('the capsule is not signed');
    expect(page.text).not.toContain('the capsule is not signed');
  });

  test('loads nothing, runs nothing, and lets the browser apply its own style alone', () => {
    const [style = '', ...more] = page.styles;
    const hash = createHash('sha256').update(style).digest('base64');

    expect(more).toEqual([]);
    expect(page.policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    expect(page.problems).toEqual([]);
    expect(style).not.toMatch(/url\(|@import|@font-face/);
  });

  test('is used with the keyboard alone: what can be opened or followed is an element that takes the focus', () => {
    expect(page.links).toEqual(['#record', '#images', '#files', '#signers', '#claims', '#referrers']);
    expect(page.ids).toEqual(page.links.map((link) => link.slice(1)));
    expect(page.summaries.length).toBeGreaterThan(2);
  });

  test('is the same page each time', async () => {
    await bench.json(['inspect', reference, '--html', 'out/again.html']);

    expect(bench.read('out/again.html')).toBe(bench.read('capsule.html'));
  });

  test('replaces a file of that name whole, leaves nothing beside it, and gives no right that a text file has not', async () => {
    bench.write('pages/page.html', 'x'.repeat(100_000));
    await bench.json(['inspect', reference, '--html', 'pages/page.html']);

    expect(bench.read('pages/page.html')).toBe(bench.read('capsule.html'));
    expect(readdirSync(bench.path('pages'))).toEqual(['page.html']);
    expect(statSync(bench.path('pages/page.html')).mode & 0o777 & ~0o644).toBe(0);
  });

  test.each([
    ['a directory', 'out'],
    ['a path in a folder that is not there', 'nowhere/page.html'],
  ])('refuses %s, and leaves nothing behind', async (_what, path) => {
    const before = readdirSync(bench.directory);
    const { status, stdout, stderr } = await bench.run(['inspect', reference, '--html', path]);

    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toContain('[FILE_UNWRITABLE]');
    expect(readdirSync(bench.directory)).toEqual(before);
  });

  test('leaves the file as it was where the capsule cannot be read', async () => {
    bench.write('kept.html', 'kept');
    const { status } = await bench.run(['inspect', 'oci:capsules:git-missing', '--html', 'kept.html']);

    expect(status).not.toBe(0);
    expect(bench.read('kept.html')).toBe('kept');
  });

  test.each([
    [['--html', 'page.html'], '--key is given together with --html'],
    [['oci:capsules:x'], '--key is given together with a reference'],
  ])('is not for a public key: --key with %j is misuse', async (args, message) => {
    const { status, stderr } = await bench.run(['inspect', '--key', 'signing.pub', ...args]);

    expect(status).toBe(2);
    expect(stderr).toContain(`${message} [OPTION_INVALID]`);
  });
});

interface Inspected {
  readonly digest: string;
  readonly release: {
    readonly name: string;
    readonly gitCommit: string;
    readonly package: { readonly digest: string };
    readonly image: { readonly repoURL: string; readonly digest: string };
  };
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly attached: readonly { readonly kind: string; readonly digest: string; readonly signing: { readonly signer: { readonly fingerprint: string } } }[];
  readonly policies: readonly { readonly policy: string }[];
}
