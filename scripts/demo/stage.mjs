import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildCommand } from '../bootstrap/build-command.mjs';
import { workspaceRoot } from '../bootstrap/workspace.mjs';

const command = join(workspaceRoot, 'packages', 'cli', 'dist', 'capsule.js');
const isColoured = process.stdout.isTTY === true && process.stdout.hasColors();
const paint = (code, text) => (isColoured ? `\u001B[${code}m${text}\u001B[0m` : text);

/** A directory to play in, and the ways to run and show commands there. */
export class Stage {
  chapters = 0;

  constructor(directory, { keep }) {
    this.directory = directory;
    this.keep = keep;
  }

  static async open(options) {
    buildCommand(process.execPath);
    return new Stage(mkdtempSync(join(realpathSync(tmpdir()), 'capsule-demo-')), options);
  }

  chapter(text) {
    this.chapters += 1;
    console.log(`\n${paint('1;35', `${this.chapters}. ${text}`)}`);
  }

  say(text) {
    console.log(`   ${text}`);
  }

  show(name, text) {
    console.log(paint(36, `   ${name}`));
    for (const line of text.trimEnd().split('\n')) console.log(`   ${paint(2, '|')} ${line}`);
  }

  /** Runs a command that must succeed, and shows it. */
  async capsule(...args) {
    this.#showCommand(args);
    const { status, output } = await this.#run(args);
    process.stdout.write(indent(output));
    if (status !== 0) throw new Error(`capsule ${args[0]} ended with exit status ${status}.`);
  }

  /** Runs a command that must be refused with exit status 1 and the given code, and shows the answer. */
  async refused(code, ...args) {
    this.#showCommand(args);
    const { status, output } = await this.#run(args);
    process.stdout.write(indent(onlyWhatFailed(output)));
    if (status !== 1 || !stripVTControlCharacters(output).includes(`[${code}]`)) {
      throw new Error(`this had to be refused with ${code}, and ended with exit status ${status}:\n${output}`);
    }
    console.log(`   ${paint(32, `refused, as it must be: ${code}, exit status 1`)}`);
  }

  /** Runs a command that only prepares something. */
  async quietly(...args) {
    const { status, output } = await this.#run(args);
    if (status !== 0) throw new Error(`capsule ${args[0]} ended with exit status ${status}:\n${output}`);
  }

  /** The digest of a capsule. */
  async digestOf(reference) {
    const { output } = await this.#run(['inspect', reference, '--json'], { plain: true });
    return JSON.parse(output).digest;
  }

  /** Puts the example's policy beside the public key that it names. */
  copyPolicy(keyPath) {
    const source = join(workspaceRoot, 'examples', 'hello-app', 'capsule-policy.yaml');
    cpSync(join(this.directory, keyPath), join(this.directory, 'cosign.pub'));
    writeFileSync(join(this.directory, 'policy.yaml'), readFileSync(source));
    return 'policy.yaml';
  }

  done(text) {
    if (!this.keep) console.log('\nThe files of the demo are removed again. With --keep they stay.');
    console.log(paint('1;32', text));
  }

  fail(error) {
    console.error(`\n${paint('1;31', 'The demo has failed:')} ${error.message}`);
    process.exitCode = 1;
  }

  /** Removes the files; or says where they are, after a failure too. */
  close() {
    if (this.keep) console.log(`The files of the demo are kept in ${this.directory}`);
    else rmSync(this.directory, { recursive: true, force: true });
  }

  #showCommand(args) {
    const shown = args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg}'`));
    console.log(`   ${paint(1, `$ capsule ${shown.join(' ')}`)}`);
  }

  #run(args, { plain = false } = {}) {
    const env = { ...process.env, COSIGN_PASSWORD: 'demo', ...(isColoured && !plain && { FORCE_COLOR: '1' }) };
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [command, ...args], { cwd: this.directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      child.stdout.on('data', (chunk) => (output += chunk));
      child.stderr.on('data', (chunk) => (output += chunk));
      child.on('error', reject);
      child.on('close', (status) => resolve({ status, output }));
    });
  }
}

function indent(text) {
  return text.replace(/^(?=.)/gm, '   ');
}

/** Claims that hold are told in full by the run before; here the reasons stand out. */
function onlyWhatFailed(text) {
  return text.split('\n').filter((line) => !/^\s+✔/.test(stripVTControlCharacters(line))).join('\n');
}
