import { isTerrESanteError, type Finding } from '../../errors.ts';
import { faultOf } from '../../internal/fault.ts';
import { finding } from '../../internal/finding.ts';
import { mimeFaults } from '../../internal/mime/faults.ts';
import { xmlFaults } from '../../internal/xml/index.ts';
import { messageRules } from '../rules/message/index.ts';

/** Why a message could not be read at all; `null` for an error of another kind. */
export function refusalFinding(error: unknown): Finding | null {
  // Both tables have a word for encodings.
  const isXml = isTerrESanteError(error) && error.code === 'TE_XML_INVALID';
  const xml = isXml ? faultOf(error, xmlFaults) : null;
  if (xml !== null) return finding(messageRules, 'MESSAGE-XML', { path: '/', case: xml });

  const mime = faultOf(error, mimeFaults);
  return mime === null ? null : finding(messageRules, 'MESSAGE-PARTS', { path: '/', case: mime });
}
