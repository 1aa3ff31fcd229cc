import { countedSource } from '../internal/progress.ts';
import type { DepositMessage, DepositProgress } from './deposit.ts';

/** The same message, told as its bytes are read. */
export function toldMessage<M extends DepositMessage>(
  message: M,
  stage: DepositProgress['stage'],
  tell: ((progress: DepositProgress) => void) | undefined,
): M {
  if (!tell) return message;

  const totalBytes = message.byteLength;
  return { ...message, content: countedSource(message.content, (bytes) => tell({ stage, bytes, totalBytes })) };
}
