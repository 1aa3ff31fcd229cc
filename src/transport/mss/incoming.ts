import { TerrESanteError } from '../../errors.ts';
import { collect } from '../../internal/bytes.ts';
import { readMail, type MailHead, type MailLimits } from './mail-reader.ts';

/**
 * A received mail that may carry an XDM archive. Hostile content: never log a field, never show it
 * as HTML.
 *
 * @group Mail reading
 */
export interface IncomingDeposit {
  /** With angle brackets. */
  readonly messageId: string | null;
  /** Decoded. */
  readonly subject: string;
  readonly from: { readonly name: string; readonly address: string } | null;
  /** Who asked for a disposition report. */
  readonly dispositionNotificationTo: string | null;
  readonly text: string;
  /** The `IHE_XDM.zip`, for `readXdm`; `null` when the mail has none. */
  readonly archive: Uint8Array | null;
  /** Content types of the other parts, in order. */
  readonly otherParts: readonly string[];
}

/**
 * Reads a received deposit: its headers and its XDM archive, found by name in any case.
 *
 * @throws TerrESanteError `TE_VALIDATION` above a limit, when the mail cannot be read, or with two
 *   archives.
 *
 * @see IHE ITI-32
 * @group Mail reading
 */
export async function readIncomingDeposit(
  input: Uint8Array | AsyncIterable<Uint8Array>,
  limits: MailLimits = {},
): Promise<IncomingDeposit> {
  let archive: Uint8Array | null = null;
  const otherParts: string[] = [];

  const head: MailHead = await readMail(input, limits, async ({ contentType, fileName, content }) => {
    const isArchive = fileName !== null && /^ihe_xdm\.zip$/i.test(fileName);
    if (!isArchive) {
      otherParts.push(contentType);
      return;
    }

    if (archive) throw new TerrESanteError('TE_VALIDATION', 'Le message porte deux archives IHE_XDM.');
    archive = await collect(content);
  });

  const { messageId, subject, from, dispositionNotificationTo, text } = head;
  return { messageId, subject, from, dispositionNotificationTo, text, archive, otherParts };
}
