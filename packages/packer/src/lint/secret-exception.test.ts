import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertSecretExceptions, spellExceptions } from './secret-exception.ts';
import { exceptionsOf, secretsOf } from './testing/linted-files.ts';

const secret = (name: string, key = 'p'): string => `kind: Secret\nmetadata: {name: ${name}}\nstringData: {${key}: letmein}\n`;

describe('an exception', () => {
  it('names one value, and not the one beside it', async () => {
    const tree = { 'a.yaml': 'kind: Secret\nmetadata: {name: db}\nstringData: {p: letmein, q: letmein}\n' };

    expect(await exceptionsOf(tree)).toEqual(['a.yaml#Secret/db/p', 'a.yaml#Secret/db/q']);
    expect(await exceptionsOf(tree, ['a.yaml#Secret/db/p'])).toEqual(['a.yaml#Secret/db/q']);
  });

  it('is counted where a file has the same place twice', async () => {
    const tree = { 'a.yaml': `${secret('db')}---\n${secret('db')}` };

    expect(await exceptionsOf(tree)).toEqual(['a.yaml#Secret/db/p', 'a.yaml#Secret/db/p#2']);
    expect(await exceptionsOf(tree, ['a.yaml#Secret/db/p'])).toEqual(['a.yaml#Secret/db/p#2']);
  });

  it('has no pattern in it', async () => {
    const tree = { 'a.yaml': secret('db') };

    expect(await exceptionsOf(tree, ['a.yaml', 'a.yaml#Secret/db/', 'a.yaml#Secret/*/p', '*#Secret/db/p'])).toHaveLength(1);
  });

  it('spells a name that a template makes as the file does', async () => {
    const template = '{{ if .Values.x }}\nkind: Secret\nmetadata:\n  name: {{ include "x.name" . }}-db # y\nstringData:\n  p: letmein\n{{ end }}\n';

    expect(await exceptionsOf({ 'templates/s.yaml': template })).toEqual(['templates/s.yaml#Secret/{{ include "x.name" . }}-db/p']);
  });

  it.each([
    ['"a/b#c%d"', 'k.yaml#Secret/a%2Fb%23c%25d/p'],
    ['"a\\nb"', 'k.yaml#Secret/a%0Ab/p'],
    ['"a\\u202eb"', 'k.yaml#Secret/a%E2%80%AEb/p'],
  ])('escapes what separates its parts, and what does not show: %s', async (name, spelt) => {
    expect(await exceptionsOf({ 'k.yaml': secret(name) })).toEqual([spelt]);
    expect(await exceptionsOf({ 'k.yaml': secret(name) }, [spelt])).toEqual([]);
  });

  it('spells no two places alike, and each so that it is taken', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '/', '#', '%', '2', 'F', '\n', ' ', '{{', '\u0000'), maxLength: 6 });
    const filled = text.filter((each) => each !== '');
    const place = fc.record({ file: filled, kind: fc.constantFrom('Secret', 'SecretGenerator'), name: text, key: filled });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 12 }), (places) => {
        const spelt = spellExceptions(places);
        expect(new Set(spelt).size).toBe(places.length);
        expect(() => assertSecretExceptions(spelt)).not.toThrow();
      }),
    );
  });

  it.each(['base/db.yaml', 'a.yaml#Secret/db', 'a.yaml#Secret/db/', '#Secret/db/p', 'a.yaml#ConfigMap/db/p', 'a.yaml#Secret/a/b/c', 'a.yaml#Secret/db/p#0'])(
    'is refused where it names no value: %s',
    (text) => {
      expect(() => assertSecretExceptions([text])).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', hint: expect.stringContaining('never a whole file') }));
    },
  );

  it('tells where the value stands, and never what it is', async () => {
    const [found] = await secretsOf({ 'a.yaml': secret('db') });

    expect(found).toEqual({ file: 'a.yaml', kind: 'Secret', name: 'db', field: 'stringData.p', key: 'p', exception: 'a.yaml#Secret/db/p' });
  });
});
