// Semantic Versioning 2.0.0, with the leading "v" that Helm takes.
const exactVersion = /^v?\d{1,20}\.\d{1,20}\.\d{1,20}(?:-[0-9A-Za-z.-]{1,128})?(?:\+[0-9A-Za-z.-]{1,128})?$/;

/** Tells whether a chart's version is one version, not a range. */
export function isExactVersion(version: string): boolean {
  return exactVersion.test(version);
}

/** Tells whether two chart versions are the same but for a leading "v". */
export function sameVersion(a: string, b: string): boolean {
  return a.replace(/^v/, '') === b.replace(/^v/, '');
}
