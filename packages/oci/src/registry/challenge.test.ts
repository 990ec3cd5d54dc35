import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OciError } from '../errors.ts';
import { parseChallenges } from './challenge.ts';

function parsed(header: string): unknown {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,9}$/);
const parameters = fc.uniqueArray(fc.tuple(token, fc.string()), {
  selector: ([name]) => name.toLowerCase(),
  maxLength: 4,
});

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function writeChallenge(scheme: string, list: readonly [string, string][]): string {
  const written = list.map(([name, value]) => `${name}=${quote(value)}`).join(', ');
  return written === '' ? scheme : `${scheme} ${written}`;
}

describe('parseChallenges', () => {
  it.each([
    ['Basic realm="probe"', [['basic', { realm: 'probe' }]]],
    [
      'Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull,push"',
      [['bearer', { realm: 'https://auth.example/token', service: 'reg', scope: 'repository:a/b:pull,push' }]],
    ],
    ['Negotiate, Basic realm="x"', [['negotiate', {}], ['basic', { realm: 'x' }]]],
    ['Negotiate abc==, Basic realm="x"', [['negotiate', {}], ['basic', { realm: 'x' }]]],
    ['NTLM YWJj=, basic REALM="x"', [['ntlm', {}], ['basic', { realm: 'x' }]]],
    ['Basic realm="a, Bearer realm=b"', [['basic', { realm: 'a, Bearer realm=b' }]]],
    ['Basic realm="say \\"hi\\" \\\\"', [['basic', { realm: 'say "hi" \\' }]]],
    ['Bearer realm=https://a.example/t , service = "x"', [['bearer', { realm: 'https://a.example/t', service: 'x' }]]],
    [', ,Basic realm="x",,', [['basic', { realm: 'x' }]]],
    ['Bearer realm=', [['bearer', {}]]],
    ['', []],
  ])('reads %j', (header, expected) => {
    expect(parsed(header)).toEqual(expected);
  });

  it.each(['Basic realm="open', '"', '= =', 'Bearer realm="a",realm="b"', `Basic ${'x'.repeat(9000)}`])(
    'refuses %j',
    (header) => {
      expect(() => parseChallenges(header)).toThrow(expect.objectContaining({ code: 'PROTOCOL_ERROR' }));
    },
  );

  it('reads back every list of challenges that is written by the grammar', () => {
    const challenge = fc.tuple(token, parameters);
    fc.assert(
      fc.property(fc.array(challenge, { minLength: 1, maxLength: 5 }), (challenges) => {
        const header = challenges.map(([scheme, list]) => writeChallenge(scheme, list)).join(', ');
        const expected = challenges.map(([scheme, list]) => [
          scheme.toLowerCase(),
          Object.fromEntries(list.map(([name, value]) => [name.toLowerCase(), value])),
        ]);
        expect(parsed(header)).toEqual(expected);
      }),
    );
  });

  it('answers any text with challenges or a protocol error', () => {
    const piece = fc.constantFrom('Basic', 'Bearer', ' ', ',', '=', '"', '\\', 'realm', 'x', 'https://a/b', '==');
    const text = fc.oneof(fc.string(), fc.array(piece).map((pieces) => pieces.join('')));
    fc.assert(
      fc.property(text, (header) => {
        try {
          for (const { scheme } of parseChallenges(header)) expect(scheme).toMatch(/^[^\s,="]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(OciError);
        }
      }),
    );
  });
});
