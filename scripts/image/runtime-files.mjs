import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../interop/run-command.mjs';

/** User and group of the process. Source: the `nonroot` of other images without a shell, so that policies know it. */
export const user = 65532;

const texts = {
  'etc/passwd': `root:x:0:0:root:/:/nonexistent\nnonroot:x:${user}:${user}:nonroot:/tmp:/nonexistent\n`,
  'etc/group': `root:x:0:\nnonroot:x:${user}:\n`,
  'etc/nsswitch.conf': 'hosts: files dns\n',
};

/** Where layers are spooled: with a read-only root, a volume has to be mounted on it. */
export const directories = [{ path: 'tmp', mode: 0o1777 }];

/** Lists the files that our program needs to run: Node, the libraries from Debian's packages, the names of users. */
export async function runtimeFiles({ root, platform, debian }) {
  const nodeFolder = join(root, 'node_modules', platform.nodePackage);
  const files = [
    { path: 'usr/bin/node', executable: true, bytes: await readFile(join(nodeFolder, 'bin', 'node')) },
    { path: 'usr/share/doc/node/copyright', bytes: await readFile(join(nodeFolder, 'LICENSE')) },
    ...Object.entries(texts).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
  ];
  for (const taken of debian) files.push(...(await debianFiles(taken, platform)));
  return files;
}

async function debianFiles({ path, name, libraries }, { libraryFolder, loader }) {
  const folder = await mkdtemp(join(tmpdir(), 'capsule-image-'));
  try {
    await runCommand('dpkg-deb', ['-x', path, folder], { quiet: true });
    const read = (inside) => readFile(join(folder, inside));
    const files = libraries.map(async (library) => {
      return { path: `${libraryFolder}/${library}`, bytes: await read(`${libraryFolder}/${library}`) };
    });
    if (name === 'libc6') files.push(loaderFile(await read(`${libraryFolder}/${loader.name}`), loader));
    // That of the packages made with gcc-14 is a link to gcc-14-base's.
    const copyright = await read(`usr/share/doc/${name}/copyright`).catch(() => undefined);
    if (copyright !== undefined) files.push({ path: `usr/share/doc/${name}/copyright`, bytes: copyright });
    return await Promise.all(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function loaderFile(bytes, { path }) {
  return { path, executable: true, bytes };
}
