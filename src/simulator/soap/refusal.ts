import { soapNames } from '../../internal/soap/index.ts';
import { element, fragment, text, type Xml } from '../../internal/xml/index.ts';
import { writeAnswer } from './envelope.ts';

/** Codes of SOAP 1.2. */
export type FaultCode = 'Sender' | 'Receiver' | 'MustUnderstand' | 'VersionMismatch';

/** A name of a subcode, with the prefix that {@link writeRefusal} declares. */
export type Subcode = `${'wsa' | 'wsse' | 'wsu'}:${string}`;

const namespaces = { wsa: soapNames.addressing, wsse: soapNames.security, wsu: soapNames.securityUtility } as const;

interface RefusalParts {
  readonly status?: number;
  /** From the outermost to the innermost. */
  readonly subcodes?: readonly Subcode[];
  readonly detail?: Xml;
  /** Headers of the answer that say what is wrong. */
  readonly blocks?: Xml;
}

/** A message that is refused as a whole, before it is looked at as a request. */
export class SoapRefusal extends Error {
  override readonly name = 'SoapRefusal';
  readonly code: FaultCode;
  /** French, without anything of the message. */
  readonly reason: string;
  /** Of HTTP. @see SOAP 1.2 part 2, table 20: 400 for the sender, 500 for the others */
  readonly status: number;
  readonly parts: RefusalParts;

  constructor(code: FaultCode, reason: string, parts: RefusalParts = {}) {
    super(reason);
    this.code = code;
    this.reason = reason;
    this.status = parts.status ?? (code === 'Sender' ? 400 : 500);
    this.parts = parts;
  }
}

/** The envelope of a refusal. @see SOAP 1.2 part 1, section 5.4 */
export function writeRefusal({ code, reason, parts }: SoapRefusal, relatesTo: string | null): string {
  const { subcodes = [], detail, blocks } = parts;
  const isAddressing = subcodes[0]?.startsWith('wsa:') === true;
  const prefixes = [...new Set(subcodes.map((name) => name.slice(0, name.indexOf(':')) as keyof typeof namespaces))];
  const declarations = Object.fromEntries(prefixes.map((prefix) => [`xmlns:${prefix}`, namespaces[prefix]]));

  const fault = element(
    'env:Fault',
    declarations,
    element('env:Code', null, element('env:Value', null, text(`env:${code}`)), subcodeXml(subcodes)),
    element('env:Reason', null, element('env:Text', { 'xml:lang': 'fr' }, text(reason))),
    detail && element('env:Detail', null, detail),
  );
  const action = `${soapNames.addressing}/${isAddressing ? 'fault' : 'soap/fault'}`;
  return writeAnswer(fault, action, relatesTo, blocks ?? fragment());
}

function subcodeXml([first, ...others]: readonly Subcode[]): Xml | null {
  if (first === undefined) return null;
  return element('env:Subcode', null, element('env:Value', null, text(first)), subcodeXml(others));
}
