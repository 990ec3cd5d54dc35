import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateActions, templateParts, withoutComments } from './template-parts.ts';

describe('templateParts', () => {
  it.each([
    ['a{{ .x }}b', [' .x ']],
    ['{{- "}}" -}}', ['- "}}" -']],
    ['{{ `}}` }}{{ \'}\' }}', [' `}}` ', " '}' "]],
    ['{{ "\\"}}" }}', [' "\\"}}" ']],
    ['{{/* {{ .x }} */}}', []],
    ['{{- /* a\n*/ -}}{{ .y }}', [' .y ']],
    ['{{ /* no comment to Go */ }}', [' /* no comment to Go */ ']],
    ['{{ "unfinished }}', [' "unfinished ']],
    ['{{ never', []],
  ])('tells actions in %j', (template, actions) => {
    expect(templateActions(template)).toEqual(actions);
  });

  it('loses nothing of a template, whatever it is', () => {
    const text = fc.string({ unit: fc.constantFrom('{{', '}}', '/*', '*/', '"', '`', "'", '\\', '-', ' ', '\n', 'a'), maxLength: 40 });
    fc.assert(
      fc.property(text, (template) => {
        expect(templateParts(template).map(({ start, end }) => template.slice(start, end)).join('')).toBe(template);
        expect(withoutComments(template).split('\n')).toHaveLength(template.split('\n').length);
      }),
    );
  });

  it.each(['{{', '{{ "', '{{/*', '{{ `', "{{ '", '{{}}', '{{/*}}', '{{ "}}\n', '{{/* */'])('takes no quadratic time for %s without end', (piece) => {
    const started = process.cpuUsage();
    templateParts(piece.repeat(200_000));

    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(3);
  });
});
