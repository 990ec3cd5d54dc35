import type { Draw } from './draw.ts';
import { outsideReference, wayOut } from './references-outside.ts';
import type { ReferenceKind } from './yaml-value.ts';

const outsideNames: Partial<Readonly<Record<ReferenceKind, readonly [string, ...string[]]>>> = {
  merge: ['outside-merge.yaml'],
  generator: ['evil', 'outside-generator.yaml'],
  transformer: ['evil-plugins', 'outside-transformer.yaml'],
};

/**
 * Makes a text odd that a field may take for YAML or for a path: what leads in, what follows, what is missing, and ways
 * out of the package that it holds when it is read as a path.
 */
export function oddInline(usual: string, kind: ReferenceKind, directory: string, draw: Draw): string {
  const out = `${wayOut(directory)}${draw.pick(outsideNames[kind] ?? ['outside.yaml'])}`;
  const text = draw.chance(50) ? reachingOut(usual, kind, directory, draw) : usual;
  const flow = flowOf(text);
  if (draw.chance(40)) return mildlyOdd(usual, draw);
  return draw.pick<() => string>([
    () => `---\n${text}`,
    () => `--- ${flow}`,
    () => `---\n---\n${text}`,
    () => `# comment\n${text}`,
    () => `#/../${out}\n${text}`,
    () => `${text}# /../${out}`,
    () => `\n${text}`,
    () => ` ${text.replaceAll('\n', '\n ')}`,
    () => `\ufeff${text}`,
    () => `%YAML 1.2\n---\n${text}`,
    () => `!!map\n${text}`,
    () => `&x\n${text}`,
    () => `&x ${flow}`,
    () => `!!map ${flow}`,
    () => `? ${flow}`,
    () => `- ${flow}`,
    () => flow,
    () => flow.replace('}', ', x: /}').replace('{', '{/: 1, '),
    () => `${text}---\n${text.replace(/^ {2}name: .*$/m, '  name: second')}`,
    () => `${text}...\n`,
    () => `${text}---\n`,
    () => text.trimEnd(),
    () => text.replaceAll('\n', '\r\n'),
    () => text.replaceAll('\n', '\r'),
    () => text.replaceAll('\n', '\u2028'),
    () => text.replaceAll('\n', '\u0085'),
    () => text.replace(/^metadata:.*\n(?: .*\n)*/m, ''),
    () => text.replace(/^kind:.*\n/m, ''),
    () => text.replace(/^apiVersion:.*\n/m, ''),
    () => text.replace(/name: .*/, 'name: null'),
    () => text.replace(/name: .*/, 'name: yes'),
    () => text.replace(/name: .*/, 'name: 1e3'),
    () => text.replace(/name: .*/, 'name: 0x1'),
    () => text.replace(/name: .*/, "name: ''"),
    () => text.replace(/name: .*/, `name: x/../${out}`),
    () => text.replace(/^kind:.*/m, 'kind: null'),
    () => text.replace(/^kind:.*/m, `kind: x/../${out}`),
    () => `${text}extra: x/../${out}`,
    () => `${text.replace(/name: .*/, 'name: null')}extra: x/../${out}`,
    () => `${text.replace(/^metadata:.*\n(?: .*\n)*/m, '')}extra: x/../${out}`,
    () => `${text}extra: >-\n  x/../${out}`,
    () => `${text}extra: x/../${out}\n`,
    () => `${text}extra: "x\u2028path: ${outsideReference('patch', directory, draw)}"\n`,
    () => `${text}# comment\u2028path: ${outsideReference('patch', directory, draw)}\n`,
    () => `${text}# comment\u0085path: ${outsideReference('patch', directory, draw)}\n`,
    () => `${text}# comment\rpath: ${outsideReference('patch', directory, draw)}\n`,
    () => `${text}<<: {path: ${outsideReference('patch', directory, draw)}}\n`,
    () => `${text}PATH: ${outsideReference('patch', directory, draw)}\n`,
    () => `http: //outside.example/x\n${text}`,
    () => `git: //outside.example/x\n${text}`,
    () => text.split('\n')[0] ?? '',
    () => 'null',
    () => '~',
    () => '{}',
    () => '[]',
    () => '""',
    () => '- a',
    () => `kind: x/../${out}`,
    () => `a: b\n\n/../${out}`,
  ])();
}

const oddValues = [
  'x/y',
  'http://outside.example/x',
  'github.com/x/y',
  'x?ref=main',
  'git@github.com:x/y',
  'x//y',
  'x.git',
  'a/..b',
  '/mnt/outside.yaml',
  '/',
  '~/outside.yaml',
  '%2e%2e/outside.yaml',
  '# /outside.yaml',
  '"x\\u0085y"',
  '"x\\ny"',
  '"x/\\x2e\\x2e/outside.yaml"',
  '"x/\\u002e./outside.yaml"',
  '"x\\/..\\/outside.yaml"',
  '"/.\\\n  ./outside.yaml"',
  '>-\n    x\n    y',
  '|\n    x/\n    ..',
  '[x, y]',
  '{x: y}',
  'null',
  '1',
  '*x',
  '!!str x',
  '&x x',
  '..',
  'x/..',
  '../x',
  '"\\L"',
  '\u2028',
  '\u00a0',
  'x: y',
  '- x',
  '? x',
] as const;

/** A text that may well be in the profile: one value of it is odd, or what stands around its fields. */
function mildlyOdd(text: string, draw: Draw): string {
  const value = draw.pick(oddValues);
  return draw.pick<() => string>([
    () => text.replace(/(?<=: )(?:b|good|team|added|p-|-s)$/m, () => value),
    () => text.replace(/(?<=: )(?:b|good|team|added|p-|-s)$/m, () => value),
    () => text.replace(/(?<=: )[a-z-]+-?[0-9]*$/m, () => value),
    () =>
      text.replace(/(?<=name: ).*/, () =>
        draw.pick(['a.b', 'a-b', 'true1', 'x1e3', "'a'", '"a"', 'a/b', 'A', '0a', 'nan', 'n', 'off', 'inf', value]),
      ),
    () => text.replace(/(?<=apiVersion: ).*/, () => draw.pick(['v1', 'apps/v1', 'builtin/x', 'x/y/z', '"builtin"', value])),
    () => text.replace(/(?<=^kind: ).*/m, () => draw.pick(['"ConfigMap"', 'Pod', 'builtin', value])),
    () => `${text}# ${value.replaceAll('\n', ' ')}\n`,
    () => `${text}# ${value.replaceAll('\n', ' ')}`,
    () => text.replace('\n', ` # ${value.replaceAll('\n', ' ')}\n`),
    () => text.replace('metadata:\n', `metadata:\n  annotations: {x: ${value.replaceAll('\n', ' ')}}\n`),
    () => text.replace('metadata:\n', `metadata:\n  labels:\n    x: ${value}\n`),
    () => `${text}\n\n`,
    () => `${text}   \n`,
    () => text.split('\n').toReversed().join('\n'),
  ])();
}

/** A text that reaches out of the package where it is taken for YAML: a reader must not think it a path. */
function reachingOut(usual: string, kind: ReferenceKind, directory: string, draw: Draw): string {
  const head = (plugin: string): string => `apiVersion: builtin\nkind: ${plugin}\nmetadata:\n  name: evil\n`;
  const path = JSON.stringify(draw.pick(['http://127.0.0.1:9377/p.yaml', outsideReference('patch', directory, draw)]));
  if (kind === 'generator') return `${head('ConfigMapGenerator')}files: [${path}]\n`;
  return kind === 'transformer' ? `${head('PatchTransformer')}target: {kind: ConfigMap}\npath: ${path}\n` : usual;
}

/** The first level of a block mapping as a flow, where it is simple enough. */
function flowOf(text: string): string {
  const name = /name: (.*)/.exec(text)?.[1] ?? 'x';
  const entries = text.split('\n').filter((line) => /^[A-Za-z]+: \S/.test(line) && !/[|>&]/.test(line));
  return `{${[...entries, `metadata: {name: ${name}}`].join(', ')}}`;
}
