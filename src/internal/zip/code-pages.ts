/**
 * Names without the mark of UTF-8 are in the code page of the machine that wrote them. APPNOTE
 * names CP437 only; a French Windows or DOS writes CP850, some of its programs CP1252.
 *
 * @see APPNOTE.TXT, appendix D
 */

/** The upper half of each code page. */
const cp437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0';
const cp850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00AD±‗¾¶§÷¸°¨·¹³²■\u00A0';
/** By a table of our own: the decoder of some versions of Node reads 0x80 to 0x9F as controls. */
const cp1252 =
  '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ\u00A0¡¢£¤¥¦§¨©ª«¬\u00AD®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ';

/** The letters of French names, and the marks that stand beside them. */
const isFrench = /^[\x01-\x7FàâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ°’–]*$/;

function withTable(raw: Uint8Array, table: string): string {
  let text = '';
  for (const byte of raw) text += byte < 0x80 ? String.fromCharCode(byte) : (table[byte - 0x80] ?? '');
  return text;
}

/**
 * A name whose bytes are no UTF-8: in the first code page in which it is written with French
 * letters only, otherwise as APPNOTE says.
 */
export function fromCodePage(raw: Uint8Array): string {
  const dos = withTable(raw, cp850);
  if (isFrench.test(dos)) return dos;

  const windows = withTable(raw, cp1252);
  return isFrench.test(windows) ? windows : withTable(raw, cp437);
}
