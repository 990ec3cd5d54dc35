import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { listForeignTar } from './foreign-tar.ts';
import { isChartFile, isPackedChart, maxPackedChartBytes } from './reference-files.ts';

/** What was found in a packed chart. */
export interface PackedChartFiles {
  /** Every file, below the chart's own directory. */
  readonly paths: readonly string[];
  /** The bytes of those in which references are looked for. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
  /** What the archive unpacks to, in bytes. */
  readonly size: number;
}

const inflate = promisify(gunzip); // in a thread of its own: 20 MiB would hold this one for long
const maxUnpackedBytes = 20 * 1024 * 1024; // twice the largest known chart, its dashboards and CRDs included

/**
 * Unpacks in memory a chart that `helm package`, tar or `git archive` wrote: each path begins with a directory, which Helm leaves out.
 * Source: Helm v4, pkg/chart/loader/archive/archive.go, `LoadArchiveFiles`.
 * @throws {SchemaError} `LIMIT_EXCEEDED`, `GZIP_INVALID`, `ARCHIVE_NOT_CANONICAL`.
 */
export async function readPackedChart(bytes: Uint8Array): Promise<PackedChartFiles> {
  const archive = await unpack(bytes);
  const paths = new Set<string>();
  const kept = new Map<string, Uint8Array>();
  for (const file of listForeignTar(archive)) {
    const path = pathInChart(file.path);
    if (paths.has(path)) throw refused(`it holds ${quote(path)} twice`);
    paths.add(path);
    // A copy: a view would keep the whole archive in memory.
    if (isChartFile(path) || isPackedChart(path)) kept.set(path, Buffer.from(file.content));
  }
  return { paths: [...paths], kept, size: archive.byteLength };
}

async function unpack(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.byteLength > maxPackedChartBytes) {
    throw new SchemaError('LIMIT_EXCEEDED', `a packed chart has ${bytes.byteLength} bytes, more than ${maxPackedChartBytes}`);
  }
  try {
    return await inflate(bytes, { maxOutputLength: maxUnpackedBytes });
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new SchemaError('LIMIT_EXCEEDED', `a packed chart unpacks to more than ${maxUnpackedBytes} bytes`, {
        cause,
      });
    }
    throw new SchemaError('GZIP_INVALID', 'the packed chart cannot be read: it is not gzip', { cause });
  }
}

// Helm cleans paths, and splits them at "\\". A path that needs neither means the same to every reader.
function pathInChart(path: string): string {
  const segments = path.split('/');
  const isPlain = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (segments.length < 2 || !isPlain || path.includes('\\')) {
    throw refused(`${quote(path)} is not a path below the chart's directory`);
  }
  return segments.slice(1).join('/');
}

function refused(problem: string): SchemaError {
  return new SchemaError('ARCHIVE_NOT_CANONICAL', `the packed chart cannot be read: ${problem}`);
}
