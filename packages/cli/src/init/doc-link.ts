/** Gives the address of a page of this project's documentation: what `init` writes and prints is read without a clone of it. */
export function docLink(page: string): string {
  return `https://github.com/release-capsule/release-capsule/blob/main/docs/${page}`;
}
