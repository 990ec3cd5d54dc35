import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Config } from '../config.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';
import { readTar, type TarEntry } from '../read-tar.ts';

const maxFileBytes = 50 * 1024 * 1024;
const maxTotalBytes = 100 * 1024 * 1024;
const maxTarBytes = 2 * maxTotalBytes; // bounds this interpreter's memory, beyond what Kargo takes

/**
 * Extracts a tar file, gzipped or not, and puts the result in place of what was there. What it does not like it leaves out without
 * a word. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/tar_extractor.go.
 */
export async function untar({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('untar', raw);
  const [inPath, outPath] = [secureJoin(workDir, config.text('inPath')), secureJoin(workDir, config.text('outPath'))];
  const temporary = mkdtempSync(join(workDir, '.untar-'));
  try {
    const entries = await readTar(plainTar(readFileSync(inPath)));
    const extraction = { to: temporary, strip: config.integer('stripComponents', 0), ignore: config.optionalText('ignore')?.trim() };
    extractAll(entries, extraction);
    mkdirSync(dirname(outPath), { recursive: true });
    if (existsSync(outPath)) rmSync(outPath, { recursive: true });
    renameSync(temporary, outPath);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return { status: 'Succeeded' };
}

function plainTar(bytes: Buffer): Buffer {
  if (bytes.length < 2) throw new Error('failed to read file header');
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: maxTarBytes }) : bytes;
}

interface Extraction {
  readonly to: string;
  readonly strip: number;
  readonly ignore: string | undefined;
}

function extractAll(entries: readonly TarEntry[], { to, strip, ignore }: Extraction): void {
  let total = 0;
  for (const entry of entries) {
    const name = strip === 0 ? entry.name : entry.name.split('/').slice(strip).join('/');
    if (!isSafe(name) || basename(name) === ignore) continue;
    const at = join(to, name);
    if (relative(to, at).startsWith('..')) continue;
    if (entry.kind === 'file') total = admit(entry, total);
    mkdirSync(dirname(at), { recursive: true });
    extract(entry, at);
  }
}

/** Source: tar_extractor.go, validRelPath. It stands for names, and for the targets of links. */
function isSafe(path: string): boolean {
  return path !== '' && !path.includes('\\') && !path.startsWith('/') && !path.includes('../') && !path.startsWith('./');
}

function admit({ name, content }: TarEntry, total: number): number {
  if (content.length > maxFileBytes) throw new Error(`file ${name} exceeds size limit of ${maxFileBytes} bytes`);
  if (total + content.length > maxTotalBytes) throw new Error(`total size would exceed limit of ${maxTotalBytes} bytes`);
  return total + content.length;
}

function extract(entry: TarEntry, at: string): void {
  if (entry.kind === 'directory') return void mkdirSync(at, { recursive: true });
  if (entry.kind === 'link') {
    if (isSafe(entry.target) && !existsSync(at)) symlinkSync(entry.target, at);
    return;
  }
  writeFileSync(at, entry.content);
  chmodSync(at, entry.mode & 0o777);
  utimesSync(at, entry.modified, entry.modified);
}
