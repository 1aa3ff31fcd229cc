import { readXml } from '../../internal/xml/index.ts';
import { readStatement } from './content.ts';
import { checkAssertionGrammar } from './grammar.ts';
import { rejected, type AcceptedAssertion, type VerifyOptions } from './model.ts';
import { checkSize, placeAssertion, signatureOf, strictXml } from './place.ts';
import { readSignatureForm, sameContent, signedText, withoutSignature } from './signature.ts';
import { certificateOf, checkSigner } from './signer.ts';
import { checkTimes } from './times.ts';

/**
 * Verifies a VIHF: one signed assertion of the one form taken, certificate chain, dates, receiver,
 * content. Values are read from the signed bytes only.
 *
 * It refuses what `verifyAssertion` refuses, and shares no file with `auth/vihf/verify`, so that
 * each can catch the mistakes of the other: `npm run differential:vihf` compares them. What a
 * platform demands on top (`alone`, `audience`, `maxSeconds`) comes from the options.
 *
 * @throws RefusedAssertion
 */
export async function verifySimulatedAssertion(xml: string, options: VerifyOptions): Promise<AcceptedAssertion> {
  const placed = placeAssertion(xml);
  if (options.alone && (placed.around.length > 0 || !/^<\w/.test(xml))) throw rejected('form');
  const signature = signatureOf(placed);
  const der = readSignatureForm(signature, placed.id);
  checkSize(placed);

  // Who signed, and what exactly: another reader made these bytes, of the same content as ours.
  const leaf = certificateOf(der, options);
  const signed = readXml(await signedText(xml, leaf), strictXml);
  if (!sameContent(signed, withoutSignature(placed.assertion, signature))) throw rejected('signed-content');

  // From here on, only the signed bytes are read.
  checkAssertionGrammar(signed, options.allowOneTimeUse);
  const { mode, issuer, ...accepted } = readStatement(signed, options);
  checkTimes(signed, options);
  checkSigner({ mode, issuer, ...accepted }, leaf, options);
  return accepted;
}
