import { needed, type Checks } from '../../internal/border.ts';
import { anyText, choice, flag, number, options, runtime } from '../../internal/option-checks.ts';
import { identifierChecks } from '../message-checks.ts';
import type { ComposeDepositOptions } from './message-model.ts';

/** What a message of a deposit says, without what is its own. */
export const messageChecks: Checks<Omit<ComposeDepositOptions, 'messageId' | 'envelopeId' | 'runtime'>> = {
  from: needed(options<ComposeDepositOptions['from']>({ address: needed(anyText), label: needed(anyText) })),
  to: needed(anyText),
  label: anyText,
  maxMessageBytes: number(),
  nil: anyText,
  pdfCopy: flag,
  replyTo: anyText,
  requestReport: flag,
  subject: choice('extended', 'short'),
};

/** One message, whole. */
export const composeChecks: Checks<ComposeDepositOptions> = { ...messageChecks, ...identifierChecks, runtime };
