import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const rule = `\n${'-'.repeat(80)}\n`;

/** Writes up the licence of every third-party package that is bundled. */
export async function collectLicenses(packages) {
  const notices = await Promise.all(packages.map(describePackage));
  const sorted = [...new Set(notices)].sort((a, b) => (a < b ? -1 : 1));
  return ['The `capsule` program contains these packages.', ...sorted].join(rule) + '\n';
}

async function describePackage({ name, version, license, folder }) {
  const texts = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  // Better no bundle than one that passes on what nobody has licensed.
  if (texts.length === 0 && typeof license !== 'string') throw new Error(`${name} ${version} states no licence`);
  const bodies = await Promise.all(texts.map((file) => readFile(join(folder, file), 'utf8')));
  return [`${name} ${version} (${license})`, '', ...bodies.map((body) => body.trim())].join('\n');
}
