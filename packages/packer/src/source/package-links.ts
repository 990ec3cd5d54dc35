import { type LinkRequest, type LinkText, maxLinkBytes, resolveSourceLink } from '@release-capsule/schema';
import { runWalk, type TreeReader } from './tree-reader.ts';

/** The links of a package, read where they lie. */
export class PackageLinks {
  readonly #tree: string;
  readonly #reader: TreeReader;
  readonly #directories = new Map<string, boolean>();

  constructor(tree: string, reader: TreeReader) {
    this.#tree = tree;
    this.#reader = reader;
  }

  /**
   * Gives the text of a link that is to be followed. One that the patterns do not select by its own path counts only if it
   * leads to a directory, since they may select what is below.
   */
  async text(request: LinkRequest): Promise<LinkText> {
    if (request.optional && !(await this.#leadsToDirectory(request))) return undefined;
    const bytes = Buffer.from(await this.#reader.linkText(request.link, maxLinkBytes));
    const text = bytes.toString('utf8');
    return Buffer.from(text).equals(bytes) ? { text } : { why: 'its target is not valid UTF-8' };
  }

  async #leadsToDirectory({ path, link: id }: LinkRequest): Promise<boolean> {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const found = await runWalk(resolveSourceLink(this.#tree, { path, id, optional: false }, new Map()), {
      open: (tree) => this.#reader.peek(tree),
      linkText: (request) => this.text(request),
    });
    this.#directories.set(path, found?.kind === 'tree');
    return found?.kind === 'tree';
  }
}
