import { startService } from '@release-capsule/verifier/service';
import { exitStatus } from '../exit-status.ts';
import { serveArguments } from '../input/serve-arguments.ts';
import { declareServeOptions, type ServeFlags } from '../input/serve-flags.ts';
import type { CommandModule } from '../run-command.ts';
import { awaitEnd } from '../serve/await-end.ts';
import { Reloads } from '../serve/reloads.ts';
import { makeTemporaryDirectory } from '../serve/temporary-directory.ts';
import { tuneHeap } from '../serve/tune-heap.ts';
import { boundedLog, writeLine } from '../serve/write-lines.ts';

const example = `
Example:
  capsule serve --policy capsule-policy.yaml --listen 0.0.0.0:8443 \\
    --tls-cert tls.crt --tls-key tls.key --token-file tokens
  capsule serve --policy app.yaml --policy other.yaml --token-file tokens \\
    --allow-anonymous-verify

Standard output has one line of JSON for each verdict, standard error everything
else that happens. GET /openapi.json describes what is answered. SIGHUP reads
policies, tokens and certificates again. SIGTERM lets what has begun end; a
second one does not.`;

/** `capsule serve`: answers verifications over HTTP until it is told to stop. */
export const serveCommand: CommandModule = {
  name: 'serve',
  declare(command, act) {
    declareServeOptions(command)
      .description('Answer verifications over HTTP: whether what is promoted is what a policy accepts.')
      .addHelpText('after', example);
    act<ServeFlags>(async (_args, flags, { context }) => {
      const reloads = new Reloads(context);
      const { options, listen, drainMs } = await serveArguments(flags, context);
      const onLog = boundedLog(context.stderr.stream, context.now);
      const log = (line: Readonly<Record<string, string | boolean>>): void => {
        onLog({ level: 'info', time: context.now().toISOString(), ...line });
      };
      tuneHeap();
      await using directory = await makeTemporaryDirectory(context.temporaryDirectory);
      const service = await startService(
        {
          ...options,
          temporaryDirectory: directory.path,
          onLog,
          onAudit: (entry) => writeLine(context.stdout.stream, entry),
        },
        listen,
      );
      log({ event: 'listening', url: service.url });
      reloads.begin(() => service.reload());
      const lost = await awaitEnd(context);
      // A verdict that cannot be written down must not be given: whoever restarts us also sees why.
      if (lost !== undefined) log({ level: 'error', event: 'audit-lost', reason: lost.message });
      log({ event: 'stopping' });
      log({ event: 'stopped', drained: await service.stop(lost === undefined ? drainMs : 0) });
      return lost === undefined ? exitStatus.ok : exitStatus.malfunction;
    });
  },
};
