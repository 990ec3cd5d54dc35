import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rewrite, Workbench } from './workbench.ts';

let bench: Workbench;
let whole: readonly string[];

beforeAll(async () => {
  bench = new Workbench();
  await bench.release('oci:sound');
  await bench.json(['unpack', `oci:sound:${bench.tag}`, ...bench.verifyOptions, '--output', 'out/sound']);
  whole = bench.snapshot('out/sound');
  rmSync(bench.path('out/sound'), { recursive: true });
});

afterAll(() => bench[Symbol.dispose]());

const damages: Readonly<Record<string, (bytes: Buffer) => Uint8Array>> = {
  'a bit flipped at its beginning': (bytes) => flip(bytes, 0),
  'a bit flipped in its middle': (bytes) => flip(bytes, bytes.length >> 1),
  'a bit flipped at its end': (bytes) => flip(bytes, bytes.length - 1),
  'its second half missing': (bytes) => bytes.subarray(0, bytes.length >> 1),
  'nothing left': () => Buffer.alloc(0),
  'a byte more': (bytes) => Buffer.concat([bytes, Buffer.of(0)]),
};

/** Refused, or where a signature is not whole, undetermined. */
const notAccepted = [1, 3];

const signType = 'https://sigstore.dev/cosign/sign/v1';

/** What a verification reads, and how it is told from other blobs. */
const readBlobs: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  'the manifest': (bytes) => bytes.includes('"artifactType":"application/vnd.release-capsule.v1"'),
  'the layer': (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b,
  'the signature’s manifest': (bytes) => bytes.includes('"subject":') && bytes.includes(`"${signType}"`),
  'the signature’s bundle': (bytes) => bytes.includes('"dsseEnvelope"') && payloadOf(bytes).includes(`"${signType}"`),
};

describe.each(Object.entries(readBlobs))('a layout in which %s has', (_what, isIt) => {
  test.each(Object.entries(damages))('%s is not accepted, and nothing is unpacked', async (how, damage) => {
    using layout = copyOfLayout();
    rewrite(layout.blob(isIt), damage);

    const { status, stdout, stderr } = await unpack('oci:damaged');

    // Other bytes are refused; what is cut off or missing may still be arriving.
    expect(how.startsWith('a bit') ? [1] : notAccepted, stdout + stderr).toContain(status);
    expect(stdout + stderr).toMatch(/[✘?] [A-Z_]+ .*\[[A-Z_]+\]\n +→ \S|\[[A-Z_]+\]\nhint: {2}\S/);
    expect(readdirSync(bench.path('out'))).toEqual([]);
    expect(bench.leftovers()).toEqual([]);
  });

  test('gone missing is not accepted, and nothing is unpacked', async () => {
    using layout = copyOfLayout();
    rmSync(layout.blob(isIt));

    expect(notAccepted).toContain((await unpack('oci:damaged')).status);

    expect(readdirSync(bench.path('out'))).toEqual([]);
  });
});

test.each(Object.entries(damages))('whichever blob has %s, what is unpacked is what was released or nothing', async (_how, damage) => {
  for (const name of readdirSync(bench.path('sound/blobs/sha256'))) {
    using layout = copyOfLayout();
    rewrite(join(layout.blobs, name), damage);

    const { status, stderr } = await unpack('oci:damaged');

    expect([0, ...notAccepted], stderr).toContain(status);
    expect(bench.snapshot('out/target')).toEqual(status === 0 ? whole : []);
    rmSync(bench.path('out/target'), { recursive: true, force: true });
  }
});

describe('a layout whose index is', () => {
  test.each([
    ['torn', (text: string) => text.slice(0, text.length >> 1)],
    ['empty', () => ''],
    ['zeros, as after a power cut', (text: string) => '\0'.repeat(text.length)],
    ['another kind of JSON', () => '[]'],
    ['an index whose tag names other bytes', (text: string) => text.replace(/[0-9a-f]{8}(?=",[^}]*vnd\.release-capsule)/, '00000000')],
  ])('%s is accepted by no command, and left as it is', async (_how, tear) => {
    using layout = copyOfLayout();
    writeFileSync(layout.index, tear(readFileSync(layout.index, 'utf8')));
    const torn = bench.snapshot('damaged');
    const reference = `oci:damaged:${bench.tag}`;

    const results = [
      await unpack('oci:damaged'),
      await bench.run(['verify', reference, ...bench.verifyOptions]),
      await bench.run(['inspect', reference]),
      await bench.run(['sign', reference, '--key', 'signing.key']),
    ];

    for (const { status, stdout, stderr } of results) {
      expect(notAccepted, stdout + stderr).toContain(status);
      expect(stdout + stderr).toMatch(/\[[A-Z_]+\]\n( +→|hint: ) \S/);
    }
    expect(bench.snapshot('damaged')).toEqual(torn);
  });

  test('torn is not written over by pack', async () => {
    using layout = copyOfLayout();
    writeFileSync(layout.index, '{"schemaVersion":2,"mani');
    const torn = bench.snapshot('damaged');

    const result = await bench.run(['pack', ...bench.packOptions, '--to', 'oci:damaged']);

    expect(result).toMatchObject({ status: 1, stderr: expect.stringContaining('[LAYOUT_INVALID]\nhint:') });
    expect(bench.snapshot('damaged')).toEqual(torn);
  });
});

test('a layout that is missing is no capsule, and is not made by looking at it', async () => {
  const result = await bench.run(['verify', 'oci:missing:latest', ...bench.verifyOptions]);

  expect(result).toMatchObject({ status: 1, stderr: expect.stringContaining('[REPOSITORY_UNKNOWN]\nhint:') });
  expect(bench.snapshot('missing')).toEqual([]);
});

function unpack(layout: string): ReturnType<Workbench['run']> {
  return bench.run(['unpack', `${layout}:${bench.tag}`, ...bench.verifyOptions, '--output', 'out/target']);
}

function flip(bytes: Buffer, at: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  return flipped;
}

function payloadOf(bundle: Buffer): string {
  return Buffer.from(JSON.parse(bundle.toString()).dsseEnvelope.payload, 'base64').toString();
}

interface LayoutCopy extends Disposable {
  readonly index: string;
  readonly blobs: string;
  readonly blob: (isIt: (bytes: Buffer) => boolean) => string;
}

function copyOfLayout(): LayoutCopy {
  cpSync(bench.path('sound'), bench.path('damaged'), { recursive: true });
  const blobs = bench.path('damaged/blobs/sha256');
  return {
    index: bench.path('damaged/index.json'),
    blobs,
    blob: (isIt) => {
      const found = readdirSync(blobs).filter((name) => isIt(readFileSync(join(blobs, name))));
      if (found.length !== 1) throw new Error(`${found.length} blobs could be meant`);
      return join(blobs, found[0] ?? '');
    },
    [Symbol.dispose]: () => rmSync(bench.path('damaged'), { recursive: true, force: true }),
  };
}
