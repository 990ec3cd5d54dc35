import { runTool } from './run-tool.mjs';

/** Reads the changesets and their configuration. Edits that are not committed yet need no changeset yet. */
export async function checkChangesets() {
  const isClean = await runTool('git', ['diff', '--quiet', 'HEAD', '--', 'packages']);
  return isClean ? runTool('changeset', ['status', '--since=HEAD']) : true;
}
