import { describe, expect, it } from 'vitest';
import { contentOf, describeContent } from '../content.ts';
import { OciError } from '../errors.ts';
import { pushManifest, startRepository } from './testing/test-repository.ts';

interface Answer {
  readonly status: number;
  readonly errors?: readonly object[];
  readonly body?: string;
  readonly type?: string;
}

/** Asks for a tag, and has the registry answer as it is told. */
async function refusalOf({ status, errors, body = JSON.stringify({ errors }), type = 'application/json' }: Answer, method = 'GET'): Promise<OciError> {
  await using repository = await startRepository();
  const descriptor = await pushManifest(repository.store);
  repository.registry.fail({ method, path: /manifests\/v1/, fault: { kind: 'answer', status, headers: { 'content-type': type }, body } });
  const asked = method === 'GET' ? repository.store.resolve('v1') : repository.store.tag(descriptor, 'v1');
  const error: unknown = await asked.catch((thrown: unknown) => thrown);
  if (error instanceof OciError) return error;
  throw new Error('the registry was not told to refuse');
}

describe("a registry's own words", () => {
  it.each([
    ['a text', 'unknown media type: application/vnd.example', 'manifest invalid: unknown media type: application/vnd.example'],
    ['an object', { name: 'v1', Tag: 'v1' }, 'manifest invalid: {"name":"v1","Tag":"v1"}'],
    ['a list', [{ Type: 'repository', Action: 'pull' }], 'manifest invalid: [{"Type":"repository","Action":"pull"}]'],
    ['empty', {}, 'manifest invalid'],
    ['null', null, 'manifest invalid'],
    ['what the message says already', 'invalid', 'manifest invalid'],
  ])('reach the user with their detail, which is %s', async (_what, detail, said) => {
    const { message } = await refusalOf({ status: 400, errors: [{ code: 'MANIFEST_INVALID', message: 'manifest invalid', detail }] });

    expect(message).toMatch(/^GET http:\S+ answered 400: MANIFEST_INVALID /);
    expect(message.split('MANIFEST_INVALID ')[1]).toBe(said);
  });

  it.each([400, 401, 402, 403, 404, 405, 406, 409, 410, 412, 413, 415, 416, 422, 428, 431, 451])('reach the user with a %i', async (status) => {
    const { message } = await refusalOf({ status, errors: [{ code: 'OF_ITS_OWN', message: 'not today', detail: 'closed on Tuesdays' }] });

    expect(message).toContain('OF_ITS_OWN not today: closed on Tuesdays');
  });

  it.each([
    ['of a token service', { body: '{"error":"invalid_grant","error_description":"the token has expired"}' }, 'invalid_grant the token has expired'],
    ['of a token service of its own kind', { body: '{"details":"incorrect username or password"}' }, 'incorrect username or password'],
    ['in plain text', { body: 'Not Authorized\n', type: 'text/plain; charset=utf-8' }, 'Not Authorized'],
    ['of several errors', { errors: [{ code: 'A', message: 'one' }, { code: 'B' }, { message: 'three' }, { code: 'D' }] }, 'A one; B; three'],
  ])('are those %s', async (_what, answer, said) => {
    expect((await refusalOf({ status: 400, ...answer })).message).toMatch(new RegExp(`answered 400: ${said}$`));
  });

  it('are none in a web page', async () => {
    const { message } = await refusalOf({ status: 400, body: '<html>Sign in</html>', type: 'text/html' });

    expect(message).toMatch(/answered 400$/);
  });

  it('reach the user where the first request that is refused is a HEAD, whose answer has no body', async () => {
    await using repository = await startRepository();
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'the token has no scope for this' }] });
    const blob = describeContent('application/octet-stream', Buffer.from('content'));
    repository.registry.fail({ path: /blobs/, fault: { kind: 'answer', status: 403, headers: { 'content-type': 'application/json' }, body } });

    await expect(repository.store.push(blob, contentOf(Buffer.from('content')))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/answered 403: DENIED the token has no scope for this$/),
    });
  });

  it('are not asked for where only the HEAD is refused', async () => {
    await using repository = await startRepository();
    const blob = describeContent('application/octet-stream', Buffer.from('content'));
    await repository.store.push(blob, contentOf(Buffer.from('content')));
    repository.registry.fail({ method: 'HEAD', fault: { kind: 'answer', status: 405 } });

    await expect(repository.store.exists(blob)).rejects.toMatchObject({ code: 'UNSUPPORTED', message: expect.stringMatching(/^HEAD .* answered 405$/) });
  });

  it('never repeat the credentials that were sent, whatever the words around them', async () => {
    const auth = { kind: 'basic', username: 'me', password: 'open-sesame' } as const;
    const credentials = { credentials: () => Promise.resolve(auth) };
    await using repository = await startRepository({ auth }, { credentials });
    await pushManifest(repository.store);
    const said = `me, open-sesame, ${Buffer.from('me:open-sesame').toString('base64')} may not`;
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: said, detail: { seen: [said], secret: { value: 'other' } } }] });
    repository.registry.fail({ path: /manifests\/v1/, fault: { kind: 'answer', status: 403, headers: { 'content-type': 'application/json' }, body } });

    const error: unknown = await repository.store.resolve('v1').catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('DENIED me, ***, *** may not') });
    expect(String(error)).not.toMatch(/open-sesame|b3Blbi|other/);
  });

  it('are bounded, on one line, without control characters and secrets', async () => {
    const detail = { header: 'Basic bWU6c2VjcmV0', password: 'hunter2', url: 'https://me:hunter2@host/?sig=hunter2', text: '\u001b[31m\r\n::error::x', pad: 'x'.repeat(70_000) };
    const { message } = await refusalOf({ status: 400, errors: [{ code: 'X', message: 'no\u001b[2J\nway', detail: { ...detail, pad: 'x'.repeat(5_000) } }] });

    expect(message.length).toBeLessThan(500);
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]|hunter2|bWU6c2VjcmV0/u);
    expect((await refusalOf({ status: 400, errors: [{ code: 'X', message: 'no', detail }] })).message).toMatch(/answered 400$/);
  });
});

describe('a code of the registry', () => {
  it.each(['TAG_INVALID', 'NAME_INVALID', 'REFERENCE_INVALID', 'ImageAlreadyExistsException'])('%s never says that our reference is wrong', async (code) => {
    for (const method of ['GET', 'PUT']) {
      expect(await refusalOf({ status: 400, errors: [{ code, message: 'no such tag here' }] }, method)).toMatchObject({ code: 'REQUEST_REFUSED' });
    }
  });

  it.each([
    [400, 'TAG_INVALID', "The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the tag is immutable."],
    [412, 'PRECONDITION', "Failed to process request due to 'app:v1' configured as immutable."],
    [400, 'UNKNOWN', 'Repository does not allow updating assets: containers'],
    [403, 'DENIED', 'v1 cannot be overwritten'],
    [409, 'CONFLICT', 'tag immutability is on'],
  ])('says that a tag is immutable: %i %s %s', async (status, code, message) => {
    expect(await refusalOf({ status, errors: [{ code, message }] }, 'PUT')).toMatchObject({ code: 'TAG_IMMUTABLE' });
    expect((await refusalOf({ status, errors: [{ code, message }] }, 'GET')).code).not.toBe('TAG_IMMUTABLE');
  });

  it.each([
    [400, 'MANIFEST_INVALID', 'manifest invalid', 'unknown media type: application/vnd.example.v1'],
    [400, 'MANIFEST_INVALID', 'index not supported', undefined],
    [405, 'UNSUPPORTED', 'Invalid parameter: artifactType', undefined],
    [415, 'UNKNOWN', 'unsupported media type', undefined],
  ])('says that it admits no such artifact, and which registry does: %i %s', async (status, code, message, detail) => {
    expect(await refusalOf({ status, errors: [{ code, message, detail }] }, 'PUT')).toMatchObject({
      code: 'MANIFEST_REFUSED',
      hint: expect.stringMatching(/admits only the kinds of artifact that it knows\. Use a registry that takes OCI artifacts of any type/),
    });
  });

  it('says nothing of the kind of artifact where the manifest is refused for another reason', async () => {
    const refused = await refusalOf({ status: 400, errors: [{ code: 'MANIFEST_INVALID', message: 'annotation too long' }] }, 'PUT');

    expect(refused).toMatchObject({ code: 'MANIFEST_REFUSED', hint: undefined });
  });
});
