/**
 * How Windows says that a program ended by itself: codes of `ntstatus.h` that a faulty library
 * gives.
 */
const statuses = new Map<number, string>([
  [0xc0000005, 'ACCESS_VIOLATION'],
  [0xc000001d, 'ILLEGAL_INSTRUCTION'],
  [0xc00000fd, 'STACK_OVERFLOW'],
  [0xc0000135, 'DLL_NOT_FOUND'],
  [0xc000013a, 'CONTROL_C_EXIT'],
  [0xc0000374, 'HEAP_CORRUPTION'],
  [0xc0000409, 'STACK_BUFFER_OVERRUN'],
]);

/** A signal, a plain exit code, or the name of what Windows writes as a number like 3221225477. */
export function exitName(code: number | null, signal: string | null): string {
  if (signal !== null) return signal;
  if (code === null) return 'unknown';

  const status = code >>> 0;
  if (status < 0xc0000000) return String(code);

  const hex = `0x${status.toString(16).toUpperCase()}`;
  const name = statuses.get(status);
  return name === undefined ? hex : `${hex} (${name})`;
}
