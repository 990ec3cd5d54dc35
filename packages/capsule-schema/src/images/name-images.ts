import { setImmediate } from 'node:timers/promises';
import { SchemaError } from '../errors.ts';
import { compareUtf8 } from '../path/compare-bytes.ts';
import { quote } from '../quote.ts';
import type { ImageValues, PackageKind } from '../record/release-record.ts';
import { isKustomization } from '../profile/reference-files.ts';
import { parseForeignYamlDocuments } from '../yaml/parse-foreign-yaml.ts';
import { imagesInLines } from './image-lines.ts';
import type { ImageText } from './image-text.ts';
import { imagesInValues, type ValuesImage } from './image-values.ts';
import { type KustomizeImage, kustomizeImages, newNamesIn, patternedNames } from './kustomize-images.ts';
import { type NamedImage, ShownNames } from './shown-names.ts';

/** What a package calls images, as far as its bytes show without being rendered. */
export interface NamedImages {
  /** In order of name, then of tag (none first); each pair once. A renamed image is there under each of its names. */
  readonly names: readonly NamedImage[];
  /** Of a chart: which of its values name an image, in the order of its `values.yaml`. */
  readonly values: readonly { readonly image: ImageText; readonly paths: ImageValues }[];
}

/** The files of a deploy package, as far as the names of images are concerned. */
export interface ImageFiles {
  readonly kind: PackageKind;
  /** Every file below `package.path`. */
  readonly paths: Iterable<string>;
  /** Reads one of `paths` for which {@link mayNameImages} is true. */
  read(path: string): Uint8Array | Promise<Uint8Array>;
}

const maxFileBytes = 50 * 1024 * 1024; // a capsule holds no larger file
const maxPartBytes = 1024 * 1024; // some 20 ms
const maxParsedBytes = 512 * 1024; // of one values.yaml or kustomization; the largest known have half of it
const maxParsedTotalBytes = 2 * 1024 * 1024; // parsing takes far longer than scanning
const maxParsedWork = 60_000; // a third of a second at worst; a values.yaml of 5,000 lines has half of it
const unreadableWeight = 4; // a text full of errors takes the YAML library longer

/**
 * Finds the names by which a package calls images: keys that end in `image` in manifests and templates, the values of a
 * chart, and what kustomizations rename. Nothing is rendered; what only a template puts together is not found.
 * @throws {SchemaError} `LIMIT_EXCEEDED`; and what `read` throws.
 */
export async function imageNamesIn(files: ImageFiles): Promise<NamedImages> {
  const collector = new ImageNameCollector(files.kind);
  for (const path of [...files.paths].filter(mayNameImages).sort(compareUtf8)) {
    for (const part of partsOf(path, await files.read(path))) {
      collector.add(path, part);
      await setImmediate(); // a file of 50 MiB takes a second
    }
  }
  return collector.result();
}

/** Cuts a large file that is not parsed at ends of lines, so that no part of it takes long. */
function* partsOf(path: string, bytes: Uint8Array): Generator<Uint8Array> {
  const isWhole = bytes.byteLength > maxFileBytes || isParsed(path);
  for (let start = 0, end = 0; start < bytes.byteLength; start = end) {
    end = isWhole ? bytes.byteLength : partEnd(bytes, start);
    yield bytes.subarray(start, end);
  }
}

/** Tells by its path whether a file may name images. */
export function mayNameImages(path: string): boolean {
  return /\.(?:ya?ml|json|tpl)$/.test(path) || isKustomization(path);
}

/** At the end of a line, unless the line is longer than people write. */
function partEnd(bytes: Uint8Array, start: number): number {
  const newline = bytes.subarray(start + maxPartBytes, start + 2 * maxPartBytes).indexOf(0x0a);
  return Math.min(bytes.byteLength, newline === -1 ? start + 2 * maxPartBytes : start + maxPartBytes + newline + 1);
}

/**
 * Collects the names of images from the files of a package. They are given in the order of the archive, since what may be
 * parsed has a bound in total.
 */
export class ImageNameCollector {
  readonly #kind: PackageKind;
  readonly #shown = new ShownNames();
  readonly #entries: KustomizeImage[] = [];
  #values: readonly ValuesImage[] = [];
  #parsedBytes = 0;

  constructor(kind: PackageKind) {
    this.#kind = kind;
  }

  /**
   * Takes one file; one for which {@link mayNameImages} is false shows nothing.
   * @throws {SchemaError} `LIMIT_EXCEEDED`.
   */
  add(path: string, bytes: Uint8Array): void {
    if (!mayNameImages(path)) return;
    if (bytes.byteLength > maxFileBytes) {
      const what = `${quote(path)} has ${bytes.byteLength} bytes, more than the ${maxFileBytes} in which images are looked for`;
      throw new SchemaError('LIMIT_EXCEEDED', what);
    }
    if (isKustomization(path)) this.#addKustomization(path, bytes);
    else if (isParsed(path)) this.#addValues(path, bytes);
    else this.#addLines(path, bytes);
  }

  /**
   * Says what was found in all files.
   * @throws {SchemaError} `LIMIT_EXCEEDED`.
   */
  result(): NamedImages {
    const names = this.#shown.renamed(this.#entries).sorted();
    const values = this.#values.flatMap(({ image, paths }) => (paths === undefined ? [] : [{ image, paths }]));
    return { names, values };
  }

  #addLines(path: string, bytes: Uint8Array): void {
    // No name of an image holds a letter outside ASCII, and this encoding takes any bytes.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    for (const image of imagesInLines(text)) this.#shown.add(image, path);
    for (const name of newNamesIn(text)) this.#shown.add({ name }, path);
  }

  /** Read by lines as well: the patches of a kustomization are texts inside texts. */
  #addKustomization(path: string, bytes: Uint8Array): void {
    this.#addLines(path, bytes);
    for (const document of this.#parse(path, bytes) ?? []) {
      this.#entries.push(...kustomizeImages(document));
      for (const name of patternedNames(document)) this.#shown.add({ name }, path);
      for (const { image } of imagesInValues(document)) this.#shown.add(image, path);
    }
  }

  #addValues(path: string, bytes: Uint8Array): void {
    const documents = this.#parse(path, bytes);
    if (documents === undefined) return this.#addLines(path, bytes);
    const images = documents.flatMap(imagesInValues);
    for (const { image } of images) this.#shown.add(image, path);
    if (this.#kind === 'helm' && path === 'values.yaml') this.#values = images;
  }

  /** The documents of a file; undefined if it cannot be read, or costs too much. */
  #parse(path: string, bytes: Uint8Array): readonly unknown[] | undefined {
    this.#parsedBytes += bytes.byteLength;
    if (this.#parsedBytes > maxParsedTotalBytes) return undefined;
    try {
      return parseForeignYamlDocuments(bytes, { what: quote(path), maxBytes: maxParsedBytes, maxWork: maxParsedWork });
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      this.#parsedBytes += (unreadableWeight - 1) * bytes.byteLength;
      return undefined;
    }
  }
}

function isParsed(path: string): boolean {
  return isKustomization(path) || path === 'values.yaml' || path.endsWith('/values.yaml');
}
