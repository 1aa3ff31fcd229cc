import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What a line does to a connection once so many bytes of one direction have passed. */
export const lineFaults = [
  /** Nothing. */
  'none',
  /** Both ends get a reset. */
  'reset-request',
  'reset-answer',
  /** The sending of one side ends as if it had said all; the other direction goes on. */
  'half-closed-request',
  'half-closed-answer',
  /** No more bytes in that direction, and no end. */
  'silent-request',
  'silent-answer',
  /** Bytes come late, all of them. */
  'late-request',
  'late-answer',
  /** A few bytes at a time, read no faster than they are passed on. */
  'drip-request',
  'drip-answer',
] as const;

export type LineFaultKind = (typeof lineFaults)[number];

export interface LineFault {
  readonly kind: LineFaultKind;
  /** Bytes of that direction that pass unharmed. */
  readonly after: number;
  /** Of one that is late. */
  readonly delayMs: number;
}

/** A line between two programs of 127.0.0.1 whose connections each have a fault. */
export interface FaultLine {
  readonly port: number;
  /** Connections that there were. */
  readonly count: number;
  close(): Promise<void>;
}

/** @param next - the fault of the next connection */
export async function createFaultLine(target: number, next: () => LineFault): Promise<FaultLine> {
  const sockets = new Set<Socket>();
  let count = 0;

  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    count += 1;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }

    const fault = next();
    carry(near, far, fault.kind.endsWith('-request') ? fault : null);
    carry(far, near, fault.kind.endsWith('-answer') ? fault : null);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    get count() {
      return count;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One direction, with its fault. */
function carry(from: Socket, to: Socket, fault: LineFault | null): void {
  let left = fault?.after ?? Infinity;
  let isFaulty = false;
  const pass = (bytes: Buffer): void => {
    if (to.destroyed || to.writableEnded || bytes.length === 0 || to.write(bytes)) return;
    from.pause();
    to.once('drain', () => from.resume());
  };

  from.on('data', (bytes: Buffer) => {
    if (isFaulty) {
      fail(fault as LineFault, bytes, from, to);
      return;
    }
    const good = bytes.subarray(0, left);
    left -= good.length;
    pass(good);
    if (left > 0) return;
    isFaulty = true;
    fail(fault as LineFault, bytes.subarray(good.length), from, to);
  });
  from.on('end', () => {
    if (!isFaulty && !to.writableEnded) to.end();
  });
}

function fail({ kind, delayMs }: LineFault, bytes: Buffer, from: Socket, to: Socket): void {
  if (kind.startsWith('reset')) {
    from.resetAndDestroy();
    to.resetAndDestroy();
  }
  if (kind.startsWith('half-closed') && !to.writableEnded) to.end();
  if (kind.startsWith('late')) setTimeout(() => to.destroyed || to.write(bytes), delayMs);
  if (kind.startsWith('drip')) drip(bytes, from, to);
}

function drip(bytes: Buffer, from: Socket, to: Socket): void {
  from.pause();
  let at = 0;
  const timer = setInterval(() => {
    if (at < bytes.length && !to.destroyed) {
      to.write(bytes.subarray(at, (at += 20)));
      return;
    }
    clearInterval(timer);
    from.resume();
  }, 10);
}
