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
