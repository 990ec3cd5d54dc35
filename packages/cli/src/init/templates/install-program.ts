import { programFolder } from '../program/program-files.ts';

/** Says of a job's step why it installs so. */
export const installComment: readonly string[] = [
  `# ${programFolder}/package-lock.json names the program that signs by its hash. No script of a package runs, and`,
  "# neither the checkout's node_modules nor its .npmrc says what is installed.",
];

/** Writes the lines of a shell that install what the lock file names into a folder of the job's own. */
export function installLines(folder: string): readonly string[] {
  return [
    `cp ${programFolder}/package.json ${programFolder}/package-lock.json "${folder}"`,
    `npm ci --ignore-scripts --no-audit --no-fund --prefix "${folder}"`,
  ];
}
