import { describe, expect, it } from 'vitest';
import { redactText, redactUrl } from './redact.ts';

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
});
