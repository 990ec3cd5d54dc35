// Installs what `npm run test:interop` runs beside our own code into .tools/. A second run does nothing.
// Names of tools as arguments choose among them.
import { join } from 'node:path';
import { installDebianTool } from './interop/install-debian-tool.mjs';
import { installGoModule, installGoProgram, installGoSource, installGoTool } from './interop/install-go-tool.mjs';
import { installNodeTool } from './interop/install-node-tool.mjs';
import { runCommand } from './interop/run-command.mjs';
import { binFolder, isInstalled, recordInstalled, sourceFolder } from './interop/tool-folder.mjs';
import { debianTools, goModules, goPrograms, goSources, goTools, nodeTools } from './interop/tools.mjs';

const steps = [
  ...debianTools.map((tool) => ({ tool, pin: `debian:${tool.package}`, install: installDebianTool })),
  ...nodeTools.map((tool) => ({ tool, pin: `npm:${tool.version}`, install: installNodeTool })),
  ...goPrograms.map((tool) => ({ tool, pin: `go:${tool.folder}@${tool.version}`, install: installGoProgram })),
  ...goModules.map((tool) => ({ tool, pin: `go:${tool.module}/${tool.folder}@${tool.version}`, install: installGoModule })),
  ...goSources.map((tool) => ({ tool, pin: `go:${tool.module}@${tool.version}`, install: installGoSource, folder: sourceFolder })),
  ...goTools.map((tool) => ({ tool, pin: `go:${tool.path}@${tool.version}`, install: installGoTool })),
];

const wanted = process.argv.slice(2);
const missing = [];
for (const step of steps) {
  if (wanted.length > 0 && !wanted.includes(step.tool.name)) continue;
  if (!(await installStep(step))) missing.push(step.tool.name);
}
if (missing.length > 0) {
  console.error(`Not installed: ${missing.join(', ')}`);
  process.exitCode = 1;
}
console.error(`${missing.length > 0 ? 'The others' : 'All'} are in ${binFolder}`);

async function installStep({ tool, pin, install, folder = binFolder }) {
  if (await isInstalled(tool.name, pin, folder)) return true;
  const started = Date.now();
  console.error(`${tool.name}: installing (${pin})`);
  try {
    // What moves says which version it is: a test that fails tomorrow is then told from one that failed today.
    const taken = await install(tool);
    if (tool.check !== undefined) await runCommand(join(folder, tool.name), tool.check, { quiet: true });
    await recordInstalled(tool.name, pin);
    const which = taken === undefined ? '' : `, ${taken}`;
    console.error(`${tool.name}: done in ${Math.round((Date.now() - started) / 1000)} s${which}`);
    return true;
  } catch (error) {
    console.error(`${tool.name}: ${error.message}`);
    return false;
  }
}
