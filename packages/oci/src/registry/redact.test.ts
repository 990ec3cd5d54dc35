import { describe, expect, it } from 'vitest';
import { redactedJson, redactText, redactUrl } from './redact.ts';

describe('redactUrl', () => {
  it('leaves out user, query and fragment', () => {
    const url = new URL('https://user:hunter2@host:8443/path?X-Amz-Signature=s3cret#token');

    expect(redactUrl(url)).toBe('https://host:8443/path');
  });
});

describe('redactText', () => {
  it.each([
    ['denied for Bearer abc.def', 'denied for Bearer ***'],
    ['got "Authorization: Basic bWU6c2VjcmV0"', 'got "Authorization: Basic ***"'],
    ['see https://me:secret@host/x', 'see https://***@host/x'],
    ['see https://host/x?sig=secret for more', 'see https://host/x for more'],
    ['{"user":"me","password":"hunter2","Action":"pull"}', '{"user":"me","password":***,"Action":"pull"}'],
    ['access_token=abc.def, scope=x', 'access_token=***, scope=x'],
    ['unknown key eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln', 'unknown key ***'],
    ['unknown media type: application/vnd.example.v1+json', 'unknown media type: application/vnd.example.v1+json'],
    ['{"text":"{\\"password\\":\\"hunter2\\"}"}', '{"text":"{\\"password\\":***\\"}"}'],
    ['amqp://me:secret@host/x', 'amqp://***@host/x'],
    ['passphrase: hunter2, pwd=hunter2', 'passphrase: ***, pwd=***'],
    ['two\r\nlines \u001b[31mred\u202e', 'two lines  [31mred '],
  ])('makes %j safe', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it('is bounded', () => {
    expect(redactText('x '.repeat(10_000))).toHaveLength(300);
    expect(redactText('x'.repeat(8000))).toHaveLength(300);
  });

  it.each(['http://', '-eyJ', 'eyJ-', 'eyJa.', 'token ', 'token:"\\\\', 'basic ', '  ', 'a'])('takes no long time for a report that is %j again and again', (piece) => {
    const startedAt = performance.now();
    redactText(piece.repeat(Math.ceil(65_536 / piece.length)));
    expect(performance.now() - startedAt).toBeLessThan(500); // a verify service answers others meanwhile
  });

  it('shows no part of a secret that begins before what is read of a text, and ends behind it', () => {
    const quoted = `{"n":"${'n'.repeat(50)}", "token":"${'s3cret'.repeat(2000)}"}`;
    const webToken = `${'see '.repeat(20)}eyJ${'s3cret'.repeat(2000)}.eyJ${'s3cret'.repeat(2000)}.c2ln`;
    for (const text of [quoted, webToken, `password=${'s3cret'.repeat(2000)}`]) expect(redactText(text)).not.toContain('s3cret');
  });

  it('shows what stands behind a long secret', () => {
    expect(redactText(`token=${'s'.repeat(3000)} is denied`)).toBe('token=*** is denied');
  });

  it('shows nothing of a secret that it reads half of', () => {
    const filling = 'password=x, '.repeat(336);

    expect(redactText(`${'eyJh.'.repeat(800)}eyJh.eyJzdWIiOiJtZSJ9hunter2.c2ln`)).not.toContain('hunter2');
    expect(redactText(`${filling.slice(0, 4060)} eyJhbGciOiJub25lIn0.eyJzdWIiOiJodW50ZXIyIn0.c2ln`)).not.toContain('eyJ');
  });

  it.each(['eyJ-', 'http://', 'https://a', 'secret ', 'password:"\\', 'a', '-----', 'basic ', '"\\'])('takes no time for %j again and again', (piece) => {
    const started = process.cpuUsage();

    redactText(piece.repeat(64 * 1024));

    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(0.5);
  });

  it.each([
    ['the header', 'got Basic bWU6bGV0bWVpbg=='],
    ['its value alone', 'who is bWU6bGV0bWVpbg==?'],
    ['the pair', 'user me:letmein is locked'],
    ['the password', 'letmein is too short'],
  ])('never shows what was sent: %s', (_what, text) => {
    expect(redactText(text, 'Basic bWU6bGV0bWVpbg==')).not.toMatch(/letmein|bWU6/);
    expect(redactText(`${text} letmein%40`, `Basic ${Buffer.from('me:letmein@').toString('base64')}`)).not.toContain('letmein%40');
  });

  it('never shows a token that was sent', () => {
    expect(redactText('opaque-token-1 has no scope', 'Bearer opaque-token-1')).toBe('*** has no scope');
  });
});

describe('redactedJson', () => {
  it.each([
    [{ password: ['hunter2'] }, '{"password":"***"}'],
    [[{ auth: { access_token: { value: 'hunter2' } }, name: 'x' }], '[{"auth":{"access_token":"***"},"name":"x"}]'],
    [{ tokens: 2, tag: 'v1' }, '{"tokens":2,"tag":"v1"}'],
  ])('leaves out what stands under a name that speaks of a secret: %j', (value, text) => {
    expect(redactedJson(value)).toBe(text);
  });
});
