import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { announcedAddress } from './announced-address.ts';
import { skipBecause } from './require-tool.ts';

/** One transaction as the referee saw it. */
export interface RefereeLine {
  readonly transaction: string;
  readonly outcome: string;
  readonly error: string | null;
  readonly action: string | null;
  readonly mtom: boolean;
  readonly xop: number;
  readonly documents: number;
  readonly bytes: number;
}

/** A far side for XDS that this project did not write (Open eHealth IPF). */
export interface IheReferee {
  readonly url: string;
  readonly log: readonly RefereeLine[];
  stop(): void;
}

/** Its command, `null` with the reason printed when it is not to be had. */
export function iheRefereeCommand(): string | null {
  const tools = process.env['TERR_TOOLS'];
  const command = tools === undefined ? null : join(tools, 'referees/ihe/run');
  if (command !== null && existsSync(command)) return command;

  skipBecause('TERR_TOOLS names no folder with referees/ihe/run');
  return null;
}

/** Starts it; `null` with the reason printed when Java or its artifacts are not to be had. */
export async function startIheReferee(command: string, args: readonly string[] = []): Promise<IheReferee | null> {
  const child = spawn(command, ['server', '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const log: RefereeLine[] = [];
  const url = await announcedAddress(child, log);
  if (url === null) {
    skipBecause('the IHE referee could not be started: no Java, no Maven, or no artifacts');
    return null;
  }
  return { url, log, stop: () => void child.kill() };
}
