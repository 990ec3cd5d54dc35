import { resolve } from 'node:path';
import { makeDirectory } from '@release-capsule/oci';
import { generateKeyPair, writeKeyPair } from '@release-capsule/packer';
import { exitStatus } from '../exit-status.ts';
import { requiredOption } from '../input/option-values.ts';
import { readPassword } from '../input/read-password.ts';
import { alignRows } from '../output/table.ts';
import type { CommandModule } from '../run-command.ts';

const example = `
Example:
  COSIGN_PASSWORD=... capsule keygen --output keys

Without COSIGN_PASSWORD the password is asked for, on a terminal. Keep
cosign.key secret; put cosign.pub where verifiers find it.`;

/** `capsule keygen`: makes a key pair in cosign's own encrypted format. */
export const keygenCommand: CommandModule = {
  name: 'keygen',
  declare(command, act) {
    command
      .description("Make a key pair in cosign's own encrypted format: cosign.key and cosign.pub.")
      .option('--output <dir>', 'directory for both files')
      .addHelpText('after', example);
    act<{ readonly output?: string }>(async (_args, flags, { context, output }) => {
      const directory = resolve(context.cwd, requiredOption(flags.output, '--output DIR'));
      const password = await readPassword({ isNew: true }, context);
      output.step('Encrypting the private key');
      const keys = await generateKeyPair(password);
      await makeDirectory(directory);
      const files = await writeKeyPair(directory, keys);
      const rows = alignRows(
        [
          ['private key', `${files.privateKeyPath} ${output.style.dim('(encrypted; keep it secret)')}`],
          ['public key', files.publicKeyPath],
          ['fingerprint', keys.fingerprint],
        ],
        '  ',
      );
      output.result({ privateKey: files.privateKeyPath, publicKey: files.publicKeyPath, fingerprint: keys.fingerprint }, [
        `${output.style.green('✔')} key pair written`,
        ...rows,
      ]);
      return exitStatus.ok;
    });
  },
};
