import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArchiveFile, gzipCanonical, parseEntryPath, writeArchive } from '@release-capsule/schema';
import { extract, Parser } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const mtime = 1_795_167_211;

interface Sample {
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

const samples: readonly Sample[] = [
  sample('release.yaml', 'name: "app"\n'),
  sample('package/run.sh', '#!/bin/sh\n', true),
  sample('package/empty', ''),
  sample('package/block', 'x'.repeat(512)),
  sample('package/block-and-one', 'x'.repeat(513)),
  sample('package/large.bin', Buffer.alloc(300_000, 'pattern')),
  sample('package/-dash', 'not an option'),
  sample('package/a b', 'blank'),
  sample(`package/quotes'"$(x)`, 'quotes'),
  sample('package/ñandú/é.yaml', 'two bytes'),
  sample('package/日本/語', 'three bytes'),
  sample('package/\uffee', 'the end of the basic plane'),
  sample('package/\u{10348}', 'beyond the basic plane'),
  sample('package/\u{1f4e6}.yaml', 'four bytes'),
  sample(`package/${'n'.repeat(92)}`, 'a name of 100 bytes'),
  sample(`package/${'m'.repeat(93)}`, 'a name of 101 bytes'),
  sample(`package/${'s'.repeat(255)}`, 'a segment of 255 bytes'),
  sample(`package/${'é'.repeat(127)}s`, 'a segment of 255 bytes beyond ASCII'),
  sample(`package/${'d'.repeat(91)}/f`, 'a directory of 100 bytes'),
  sample(`package/${'e'.repeat(92)}/f`, 'a directory of 101 bytes'),
  sample(`package/${`${'l'.repeat(200)}/`.repeat(5)}${'k'.repeat(11)}`, 'a path of 1,024 bytes'),
  sample(`package/${'x/'.repeat(62)}y`, 'a path of 64 segments'),
  sample('package/@PaxHeader', 'the name of a PAX header'),
  sample('package/@PaxPath', 'the name behind a PAX header'),
];

function sample(path: string, content: string | Buffer, executable = false): Sample {
  return { path, content: Buffer.from(content), executable };
}

function source({ path, content, executable }: Sample): ArchiveFile {
  return {
    path: parseEntryPath(path),
    size: content.byteLength,
    executable,
    async *content() {
      yield content;
    },
  };
}

/** Path, mode and content of each file; a directory's path ends in a slash. */
type Tree = readonly { readonly path: string; readonly mode: number; readonly content: string }[];

const directories = [...new Set(samples.flatMap(({ path }) => ancestors(path)))];
const expected: Tree = byPath([
  ...directories.map((path) => ({ path, mode: 0o755, content: '' })),
  ...samples.map(({ path, content, executable }) => {
    return { path, mode: executable ? 0o755 : 0o644, content: content.toString('base64') };
  }),
]);

function ancestors(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}

function byPath(tree: Tree): Tree {
  return tree.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function treeOnDisk(root: string): Tree {
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(root.length + 1) + (entry.isDirectory() ? '/' : '');
    const content = entry.isDirectory() ? '' : readFileSync(file).toString('base64');
    const { mode, mtimeMs } = lstatSync(file);
    if (entry.isFile()) expect(mtimeMs).toBe(mtime * 1000);
    return { path, mode: mode & 0o7777, content };
  });
  return byPath(found);
}

const hasPython = spawnSync('python3', ['-c', 'import tarfile']).status === 0;
const hasGnuTar = /GNU tar/.test(String(spawnSync('tar', ['--version']).stdout));

const readByPython = `
import base64, json, sys, tarfile
entries = []
with tarfile.open(sys.argv[1], 'r|gz') as archive:
    for entry in archive:
        kind = 'directory' if entry.isdir() else 'file' if entry.isreg() else 'other'
        content = archive.extractfile(entry).read() if entry.isreg() else b''
        entries.append({
            'path': entry.name + ('/' if entry.isdir() else ''), 'mode': entry.mode,
            'content': base64.b64encode(content).decode(), 'kind': kind, 'mtime': entry.mtime,
            'owner': [entry.uid, entry.gid, entry.uname, entry.gname], 'pax': list(entry.pax_headers),
        })
print(json.dumps(entries))
`;

let directory = '';
let layer = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'archive-interop-'));
  layer = join(directory, 'layer.tar.gz');
  const archive = writeArchive(samples.map(source), { mtime });
  writeFileSync(layer, Buffer.concat(await Array.fromAsync(gzipCanonical(archive))));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

// What is written has its mode from the umask, too.
const umask = process.umask(0o022);
afterAll(() => void process.umask(umask));

function emptyDirectory(name: string): string {
  const path = join(directory, name);
  mkdirSync(path);
  return path;
}

describe("a capsule's archive", () => {
  it.skipIf(!hasGnuTar)('is listed by GNU tar: every entry, its mode, owner and time, in order, and no warning', () => {
    const { stdout, stderr, status } = spawnSync('tar', ['tvzf', layer, '--quoting-style=literal', '--full-time'], {
      env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
    });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
    const lines = expected.map(({ path, mode, content }) => {
      const type = path.endsWith('/') ? 'drwxr-xr-x' : mode === 0o755 ? '-rwxr-xr-x' : '-rw-r--r--';
      return `${type} 0/0 ${Buffer.from(content, 'base64').byteLength} 2026-11-20 09:33:31 ${path}`;
    });
    expect(stdout.toString().trimEnd().split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual(
      lines.map((line) => line.replaceAll(/ +/g, ' ')),
    );
  });

  it.skipIf(!hasGnuTar)('is unpacked by GNU tar as it was packed', () => {
    const target = emptyDirectory('gnu');
    execFileSync('tar', ['xzpf', layer, '-C', target, '--no-same-owner']);
    expect(treeOnDisk(target)).toEqual(expected);
  });

  it.skipIf(!hasPython)("is read by Python's tarfile as it was packed", () => {
    const { stdout, stderr } = spawnSync('python3', ['-c', readByPython, layer], { maxBuffer: 16 * 1024 * 1024 });
    expect(stderr.toString()).toBe('');
    const entries = JSON.parse(stdout.toString()) as readonly Record<string, unknown>[];
    const owner = [0, 0, '', ''];
    expect(entries).toEqual(
      expected.map((entry) => {
        const name = entry.path.endsWith('/') ? 'directory' : 'file';
        const needsPax = entry.path.length > 100 || Buffer.byteLength(entry.path) !== entry.path.length;
        return { ...entry, kind: name, mtime, owner, pax: needsPax ? ['path'] : [] };
      }),
    );
  });

  it('is parsed by node-tar as it was packed, strictly and without a warning', async () => {
    const entries: { path: string; mode: number; content: string }[] = [];
    const warnings: unknown[] = [];
    const parser = new Parser({
      strict: true,
      onwarn: (...warning) => warnings.push(warning),
      onReadEntry: (entry) => {
        const chunks: Buffer[] = [];
        const place = entries.push({ path: entry.path, mode: entry.mode ?? 0, content: '' }) - 1;
        expect({ uid: entry.uid, gid: entry.gid, mtime: entry.mtime?.getTime() }).toEqual({
          uid: 0,
          gid: 0,
          mtime: mtime * 1000,
        });
        entry.on('data', (chunk: Buffer) => chunks.push(chunk));
        entry.on('end', () => {
          const read = entries[place];
          if (read !== undefined) read.content = Buffer.concat(chunks).toString('base64');
        });
      },
    });
    await new Promise<void>((resolve, reject) => {
      parser.on('end', resolve);
      parser.on('error', reject);
      parser.end(readFileSync(layer));
    });
    expect(warnings).toEqual([]);
    expect(entries).toEqual(expected);
  });

  it('is unpacked by node-tar as it was packed', async () => {
    const target = emptyDirectory('node-tar');
    await extract({ file: layer, cwd: target, strict: true, preserveOwner: false, chmod: true, processUmask: 0 });
    expect(treeOnDisk(target)).toEqual(expected);
  });
});
