import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What happens to the chosen event: the bytes are lost, half of them pass, or all of them pass;
 * then the line is cut.
 */
export type LineFailure = 'lost' | 'half' | 'passed' | 'silent';

/**
 * A line between two programs of 127.0.0.1 on which one event fails: a connection, or bytes in
 * either direction.
 */
export interface FailingProxy {
  readonly port: number;
  /** Events so far. */
  readonly events: number;
  /** Whether the failure took place. */
  readonly failed: boolean;
  close(): Promise<void>;
}

/**
 * Opens the line; the event of number `failAt` fails, once. `silent`: from then on this connection
 * carries nothing.
 */
export async function createFailingProxy(target: number, failAt: number, failure: LineFailure): Promise<FailingProxy> {
  let events = 0;
  let failed = false;
  const sockets = new Set<Socket>();
  const isTurn = (): boolean => {
    events += 1;
    if (events !== failAt) return false;
    failed = true;
    return true;
  };
  const server = createServer((near) => {
    const cut = (): void => {
      near.resetAndDestroy();
      far.resetAndDestroy();
    };
    const far = connect(target, '127.0.0.1');
    let isSilent = false;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    const carry = (from: Socket, to: Socket): void => {
      from.on('data', (bytes: Buffer) => {
        if (isTurn()) {
          if (failure === 'silent') isSilent = true;
          else {
            const part = { lost: 0, half: Math.floor(bytes.length / 2), passed: bytes.length }[failure];
            // A reset would throw away what was just written: the other side gets it first.
            to.write(bytes.subarray(0, part), cut);
            return;
          }
        }
        if (!isSilent) to.write(bytes);
      });
    };
    carry(near, far);
    carry(far, near);
    if (isTurn()) cut();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get events() {
      return events;
    },
    get failed() {
      return failed;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
