// The act protocol over standard input and output: one line of JSON in, one line of JSON out.
import { createInterface } from 'node:readline';

/** @param {(request: any) => Promise<any>} act */
export async function answerLines(act) {
  for await (const line of createInterface({ input: process.stdin })) {
    if (!line.startsWith('{')) continue;

    let answer;
    try {
      answer = await act(JSON.parse(line));
    } catch (error) {
      answer = { outcome: 'failed', shown: error instanceof Error ? error.message : String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
