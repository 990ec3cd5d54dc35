import { gzipSync } from 'node:zlib';
import { directory, file, header, pax, paxRecord, type RawHeader, padded, size } from '../../hostile-archives/raw-tar.ts';
import type { Draw } from './draw.ts';
import { stage } from './outside.ts';
import type { Tree } from './tree.ts';

const endOfArchive = Buffer.alloc(1024);

/** Packs a chart as some tool would: plain, with directories, with extended headers, as Git does; at times otherwise. */
export function packChart(tree: Tree, name: string, draw: Draw): Uint8Array {
  const odd = draw.odd('packed');
  const top = odd?.pick([name, 'other', `./${name}`, `/${name}`, `../${name}`, '', `${name}/deep`, `${name}/../${name}`]) ?? name;
  const files = [...tree].map(([path, content]) => ({ path: top === '' ? path : `${top}/${path}`, content }));
  const form = draw.pick(['ustar', 'ustar', 'directories', 'pax', 'gnu', 'git'] as const);
  const entries = files.map(({ path, content }) => entryOf(path, content, form));
  if (form === 'directories') entries.unshift(directory(`${top}/`).blocks);
  if (form === 'git') entries.unshift(pax(paxRecord('comment', '0'.repeat(40)), { name: 'pax_global_header', typeFlag: 'g' }));
  if (odd !== undefined) entries.push(...oddEntries(top, odd));
  return gzipSync(Buffer.concat([...entries, endOfArchive]));
}

function entryOf(path: string, content: string | Uint8Array, form: 'ustar' | 'directories' | 'pax' | 'gnu' | 'git'): Buffer {
  const latin1 = Buffer.from(path).toString('latin1');
  const fields: RawHeader = form === 'gnu' ? { magic: 'ustar ', version: ' \0' } : {};
  if (latin1.length <= 100 && form !== 'pax') return file(latin1, content, fields).blocks;
  const own = file(latin1.slice(0, 100), content, fields).blocks;
  if (form !== 'gnu') return Buffer.concat([pax(paxRecord('path', path)), own]);
  const longName = Buffer.from(`${path}\0`);
  return Buffer.concat([
    header({ ...fields, name: '././@LongLink', typeFlag: 'L', size: size(longName.byteLength) }),
    padded(longName),
    own,
  ]);
}

function oddEntries(top: string, draw: Draw): readonly Buffer[] {
  const schema = `{"$ref": "file://${stage}/outside-schema.json"}`;
  const chart = 'apiVersion: v2\nname: twice\nversion: 1.0.0\n';
  return draw.pick<() => readonly Buffer[]>([
    () => [],
    () => [file(`${top}/values.schema.json`, schema).blocks],
    () => [file(`${top}/Chart.yaml`, chart).blocks],
    () => [file(`${top}/./values.schema.json`, schema).blocks],
    () => [file(`${top}\\values.schema.json`, schema).blocks],
    () => [file(`other/values.schema.json`, schema).blocks],
    () => [header({ name: `${top}/values.schema.json`, typeFlag: '2', linkName: `${stage}/outside-schema.json` })],
    () => [header({ name: `${top}/values.yaml`, typeFlag: '1', linkName: '../../outside-values.yaml' })],
    () => [
      file(
        `${top}/charts/evil/Chart.yaml`,
        `${chart}dependencies: [{name: y, version: 1.0.0, repository: "http://charts.example:9377/charts"}]\n`,
      ).blocks,
    ],
    () => [pax(paxRecord('path', `${top}/values.schema.json`)), file('x', schema).blocks],
    () => [pax(paxRecord('size', '0')), file(`${top}/values.schema.json`, schema).blocks],
    () => [pax(paxRecord('path', '')), file(`${top}/values.schema.json`, schema).blocks],
    () => [endOfArchive, file(`${top}/values.schema.json`, schema).blocks],
    () => [Buffer.alloc(512), file(`${top}/values.schema.json`, schema).blocks],
    () => [file(`${top}/values.schema.json`, schema, { typeFlag: '\0' }).blocks],
    () => [file(`${top}/values.schema.json`, schema, { typeFlag: '7' }).blocks],
    () => [file(`values.schema.json`, schema, { prefix: top }).blocks],
  ])();
}
