import { checkCommand } from './check.ts';
import { explain } from './conformance/explain.ts';
import { help } from './conformance/help.ts';
import { init } from './conformance/init.ts';
import { list } from './conformance/list.ts';
import { report } from './conformance/report.ts';
import { runKit } from './conformance/run.ts';
import { filesOf } from './conformance/folder.ts';
import { missing, refuseUsage, unknownWord } from './failure.ts';
import type { Command } from './io.ts';
import { say } from './language.ts';

const actions: Readonly<Record<string, Command>> = {
  init,
  list,
  explain,
  run: runKit,
  check: async ([folder, ...rest], io) =>
    folder === undefined
      ? refuseUsage(io, rest, help, missing('DOSSIER'))
      : checkCommand([...(await filesOf(folder)), ...rest], io),
  report,
};

/** `terr-esante conformance` */
export const conformanceCommand: Command = async ([action, ...args], io) => {
  if (action === '--help' || action === '-h' || args.includes('--help') || args.includes('-h')) {
    io.out(say(io, help));
    return 0;
  }

  const command = action !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!command) return refuseUsage(io, args, help, unknownWord(action, Object.keys(actions)));
  return command(args, io);
};
