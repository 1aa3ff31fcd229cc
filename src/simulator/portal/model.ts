/** A page as it goes out, or a redirection to one. */
export interface PortalReply {
  readonly status: number;
  /** Where the browser goes on; no page then. */
  readonly location?: string | undefined;
  readonly html?: string | undefined;
}

/** Why the portal shows no dossier; the sentence is for the user. */
export class RefusedLaunch extends Error {
  override readonly name = 'RefusedLaunch';
  readonly status: number;
  /** For tests: which rule refused. */
  readonly reason: string;

  constructor(status: number, reason: string, sentence: string) {
    super(sentence);
    this.status = status;
    this.reason = reason;
  }
}

/** What a launch asks for. */
export interface AskedPage {
  /** National identifier of the professional. */
  readonly nameId: string;
  /** HL7 CX, or an INS; `null`: no patient. */
  readonly patient: { readonly system: string; readonly value: string; readonly kind: 'PI' | 'NH' } | null;
  /** As the descriptor names it. */
  readonly page: string;
}
