// Sets the workspace up where that is needed, then runs one of its scripts under a Node that it supports.
// Runs on any Node from 18 on, before anything is installed: no dependencies here or in bootstrap/.
import { installWorkspace } from './bootstrap/install-workspace.mjs';
import { chooseNode } from './bootstrap/choose-node.mjs';
import { runCapsule } from './bootstrap/run-capsule.mjs';
import { runScript } from './bootstrap/run-script.mjs';

const [name, ...args] = process.argv.slice(2);
try {
  installWorkspace();
  const node = chooseNode();
  if (name === 'capsule:run') await runCapsule(node, args);
  else await runScript(node, name, args);
} catch (error) {
  console.error(error.message);
  process.exitCode = 4;
}
