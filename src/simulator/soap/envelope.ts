import { soapNames } from '../../internal/soap/index.ts';
import { element, text, xmlDeclaration, type Xml } from '../../internal/xml/index.ts';

/** The SOAP envelope of an answer, with more headers when there are any. */
export function writeAnswer(body: Xml, action: string, relatesTo: string | null, ...blocks: readonly Xml[]): string {
  const header = (name: string, words: string): Xml => element(name, { xmlns: soapNames.addressing }, text(words));

  return (
    xmlDeclaration +
    element(
      'env:Envelope',
      { 'xmlns:env': soapNames.soap12 },
      element(
        'env:Header',
        null,
        header('Action', action),
        relatesTo === null ? null : header('RelatesTo', relatesTo),
        ...blocks,
      ),
      element('env:Body', null, body),
    )
  );
}
