import { bundleProgram } from '../bundle/bundle-program.mjs';
import { verifierProgram } from '../bundle/verifier-program.mjs';

const folder = 'usr/lib/capsule';

/** Found on the PATH, and started without a shell or `env`. */
const command = `#!/usr/bin/node\nimport '/${folder}/capsule.js';\n`;

/** Bundles the program that verifies alone; returns its files, and the packages that went into it. */
export async function programFiles(root) {
  const { files, packages, licenses } = await bundleProgram(root, { plugins: [verifierProgram(root)] });
  const texts = {
    'usr/bin/capsule': command,
    [`${folder}/package.json`]: '{ "type": "module" }\n',
    [`${folder}/THIRD-PARTY-LICENSES.txt`]: licenses,
    ...Object.fromEntries(files.map(({ path, text }) => [`${folder}/${path}`, text])),
  };
  const listed = Object.entries(texts).map(([path, text]) => {
    return { path, executable: path === 'usr/bin/capsule', bytes: Buffer.from(text) };
  });
  return { files: listed, packages };
}
