import type { Draw } from './draw.ts';

interface Parts {
  /** The file with what usually begins and ends it. */
  readonly usual: string;
  /** Its document alone. */
  readonly body: string;
  /** Another document, which reaches outside. */
  readonly other: string;
}

/** Makes a file odd as a whole. */
export function oddDocument({ usual, body, other }: Parts, odd: Draw): string {
  return odd.pick<() => string>([
    () => `--- ${usual}`,
    () => `%YAML 1.1\n---\n${body}`,
    () => `%YAML 1.2\n---\n${body}`,
    () => `%TAG ! tag:yaml.org,2002:\n---\n${body}`,
    () => `\ufeff${usual}`,
    () => `\ufeff---\n${body}`,
    () => `${body}...\n`,
    () => `${body}...\n${other}`,
    () => `${body}---\n${other}`,
    () => `---\n---\n${body}`,
    () => `${other}---\n${body}`,
    () => `...\n${body}`,
    () => `${body}--- # end\n`,
    () => `${body}---\n# end\n---\n`,
    () => `--- # begin\n${body}`,
    () => `---\r${body}`,
    () => `---\u2028${body}`,
    () => `# comment\u2028${other}${body}`,
    () => `# comment\u0085${other}${body}`,
    () => `# comment\r${other}${body}`,
    () => `${body}# comment\u2029${other}`,
    () => `${body}\0${other}`,
    () => `{}\n---\n${body}`,
    () => `&all\n${body}`,
    () => `!!map\n${body}`,
    () => body.replaceAll(/^ +/gm, '\t'),
    () => Buffer.from(body, 'utf16le').toString('latin1'),
    () => `${body}${other}`,
  ])();
}
