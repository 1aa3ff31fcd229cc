import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { announcedAddress } from './announced-address.ts';
import { skipBecause } from './require-tool.ts';

/** One request as the referee saw it. */
export interface FhirRefereeLine {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A FHIR server that this project did not write (HAPI FHIR). */
export interface FhirReferee {
  readonly url: string;
  readonly log: readonly FhirRefereeLine[];
  stop(): void;
}

/** Its command, `null` with the reason printed when it is not to be had. */
export function fhirRefereeCommand(): string | null {
  const tools = process.env['TERR_TOOLS'];
  const command = tools === undefined ? null : join(tools, 'referees/fhir/run');
  if (command !== null && existsSync(command)) return command;

  skipBecause('TERR_TOOLS names no folder with referees/fhir/run');
  return null;
}

/** Starts it; `null` with the reason printed when Java or its artifacts are not to be had. */
export async function startFhirReferee(command: string, args: readonly string[] = []): Promise<FhirReferee | null> {
  const child = spawn(command, ['server', '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const log: FhirRefereeLine[] = [];
  const url = await announcedAddress(child, log);
  if (url === null) {
    skipBecause('the FHIR referee could not be started: no Java, no Maven, or no artifacts');
    return null;
  }
  return { url, log, stop: () => void child.kill() };
}
