import { describe, expect, test } from 'vitest';
import { type Answer, paths, startPrivateSigstore } from '../sigstore/private-sigstore.ts';
import { setUpKeyless, signImage } from '../sigstore/sign-image.ts';

/** Signs twice at a log that answers the second time with a changed answer, and returns what comes of it. */
async function signWith(rekor: 1 | 2, change: (answer: Answer, first: Answer) => Answer): Promise<unknown> {
  const sigstore = await startPrivateSigstore();
  const answers: Answer[] = [];
  sigstore.distort(rekor === 1 ? paths.rekorV1 : paths.rekorV2, (answer) => {
    answers.push(answer);
    const [first] = answers;
    return first === undefined || first === answer ? answer : change(answer, first);
  });
  const { signer, witnesses } = await setUpKeyless(sigstore.signingConfig({ rekor, timestamps: false }));
  await signImage(signer, { witnesses });
  return signImage(signer, { witnesses }).then(() => 'signed', (error: unknown) => error);
}

const refusals: readonly (readonly [string, (answer: Answer, first: Answer) => Answer, string])[] = [
  ['an entry for other bytes', (_answer, first) => first, 'an entry for other bytes'],
  ['a proof that leads elsewhere', (answer) => edit(answer, /"rootHash":"."?/, (text) => flip(text)), 'inclusion proof'],
  ['a checkpoint of another tree', (answer) => edit(answer, /\\n(\d+)\\n/, () => '\\n99\\n'), 'states another tree'],
  ['no inclusion proof', (answer) => edit(answer, /"inclusionProof"/, () => '"other"'), 'the inclusion proof of the log entry is missing'],
  ['no JSON', (answer) => ({ ...answer, body: '<html>' }), 'is not valid JSON'],
];

describe.each([1, 2] as const)('a Rekor v%d log', (rekor) => {
  test.each(refusals)('is not believed where it answers with %s', async (_what, change, message) => {
    const error = await signWith(rekor, change);

    expect(error).toMatchObject({ code: 'SIGNATURE_REJECTED', message: expect.stringContaining(message) });
  });

  test('that answers without end is cut off', async () => {
    const error = await signWith(rekor, (answer) => ({ ...answer, body: Buffer.alloc(1024 * 1024, ' ') }));

    expect(error).toMatchObject({ code: 'SERVICE_REFUSED', message: expect.stringContaining('more than 524288 bytes') });
  });

  test('that is too busy is asked once more, and no oftener', async () => {
    const sigstore = await startPrivateSigstore();
    const path = rekor === 1 ? paths.rekorV1 : paths.rekorV2;
    sigstore.distort(path, () => ({ status: 503, body: 'busy' }));
    const { signer, witnesses } = await setUpKeyless(sigstore.signingConfig({ rekor, timestamps: false }));

    await expect(signImage(signer, { witnesses })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });

    expect(sigstore.asked.filter((asked) => asked.path === path)).toHaveLength(2);
  });

  test('that refuses the entry is quoted', async () => {
    const error = await signWith(rekor, () => ({ status: 400, body: 'invalid type' }));

    expect(error).toMatchObject({ code: 'SERVICE_REFUSED', message: expect.stringContaining('status 400: "invalid type"') });
  });
});

test('a Rekor v1 log that has the entry already, because its first answer was lost, is asked for it', async () => {
  const sigstore = await startPrivateSigstore();
  const kept: Answer[] = [];
  sigstore.distort(paths.rekorV1, (answer) => {
    kept.push(answer);
    if (kept.length === 1) return { status: 504, body: 'gateway timeout' };
    return { status: 409, body: '{"code":409}', headers: { location: `${paths.rekorV1}/${uuid}` } };
  });
  sigstore.distort(`${paths.rekorV1}/${uuid}`, () => ({ status: 200, body: kept[0]?.body ?? '' }));
  const { signer, witnesses } = await setUpKeyless(sigstore.signingConfig({ rekor: 1, timestamps: false }));

  const { bundle } = await signImage(signer, { witnesses });

  expect(JSON.parse(bundle.toString()).verificationMaterial.tlogEntries).toHaveLength(1);
});

describe('a timestamp authority', () => {
  test.each([
    ['a timestamp of another signature', (_answer: Answer, first: Answer) => first],
    ['what is no timestamp', (answer: Answer) => ({ ...answer, body: Buffer.from('3003020100', 'hex') })],
    ['a refusal that looks like an answer', (answer: Answer) => ({ ...answer, body: Buffer.from('30053003020102', 'hex') })],
  ])('is not believed where it answers with %s', async (_what, change) => {
    const sigstore = await startPrivateSigstore();
    const answers: Answer[] = [];
    sigstore.distort(paths.timestamps, (answer) => {
      answers.push(answer);
      const [first] = answers;
      return first === undefined || first === answer ? answer : change(answer, first);
    });
    const { signer, witnesses } = await setUpKeyless(sigstore.signingConfig({ rekor: 'none' }));
    await signImage(signer, { witnesses });

    await expect(signImage(signer, { witnesses })).rejects.toMatchObject({ code: 'SIGNATURE_REJECTED' });
  });
});

const uuid = 'ab'.repeat(40);

function edit(answer: Answer, pattern: RegExp, change: (text: string) => string): Answer {
  const body = answer.body.toString();
  const edited = body.replace(pattern, change);
  if (edited === body) throw new Error('nothing was edited');
  return { ...answer, body: edited };
}

function flip(text: string): string {
  return text.endsWith('a') ? `${text.slice(0, -1)}b` : `${text.slice(0, -1)}a`;
}
