#!/bin/sh
# Makes src/testing/demo-letter/bytes.ts: a one-page PDF/A-1b letter with fictive people.
# Needs ghostscript with its sRGB profile and base fonts. Run once; the result is kept in the tree because the
# /ID of the file changes at each run.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
icc=/usr/share/color/icc/ghostscript/srgb.icc

cat > "$work/pdfa.ps" <<PS
[/_objdef {icc} /type /stream /OBJ pdfmark
[{icc} << /N 3 >> /PUT pdfmark
[{icc} ($icc) (r) file /PUT pdfmark
[/_objdef {intent} /type /dict /OBJ pdfmark
[{intent} << /Type /OutputIntent /S /GTS_PDFA1 /DestOutputProfile {icc} /OutputConditionIdentifier (sRGB) >> /PUT pdfmark
[{Catalog} << /OutputIntents [ {intent} ] >> /PUT pdfmark
[/Title (Courrier de suivi) /Author (Docteur Exemple) /CreationDate (D:20260101000000+00'00') /ModDate (D:20260101000000+00'00') /DOCINFO pdfmark
PS

cat > "$work/letter.ps" <<'PS'
%!PS
/latin1 { findfont dup length dict begin { 1 index /FID ne { def } { pop pop } ifelse } forall
  /Encoding ISOLatin1Encoding def currentdict end definefont pop } def
/Body /Helvetica latin1
/Head /Helvetica-Bold latin1
/line { 72 y moveto show /y y 17 sub def } def
<< /PageSize [595 842] >> setpagedevice
/y 770 def
/Head 13 selectfont (Cabinet m\351dical de l'Exemple) line
/Body 10 selectfont
(1 rue de l'Exemple, 75000 Ville-Exemple) line
(Docteur Camille EXEMPLE, m\351decine g\351n\351rale) line
/y y 20 sub def
(Concerne : la patiente nomm\351e dans l'en-t\352te du document) line
(Ville-Exemple, le 1er janvier 2026) line
/y y 20 sub def
/Head 12 selectfont (Courrier de suivi) line
/Body 10 selectfont
/y y 10 sub def
(Cher confr\350re, ch\350re consoeur,) line
(J'ai revu ce jour la patiente cit\351e en objet pour le suivi de son traitement.) line
(L'examen clinique est sans particularit\351. Le traitement est inchang\351.) line
(Prochaine consultation dans six mois.) line
/y y 20 sub def
(Bien confraternellement,) line
(Docteur Camille EXEMPLE) line
/y y 30 sub def
/Body 8 selectfont
(Document fictif : ces personnes et ces structures n'existent pas.) line
showpage
PS

gs -q -dSAFER "--permit-file-read=$icc" -dPDFA=1 -dPDFACompatibilityPolicy=2 -dNOPAUSE -dBATCH -sDEVICE=pdfwrite \
  -sColorConversionStrategy=RGB -o "$work/letter.pdf" "$work/pdfa.ps" "$work/letter.ps"

{
  echo '/** PDF/A-1b made by scripts/make-demo-letter.sh. */'
  echo 'export const demoLetterBase64: string ='
  base64 -w 110 "$work/letter.pdf" | sed -e "s/^/  '/" -e "s/\$/' +/" -e '$ s/ +$/;/'
} > src/testing/demo-letter/bytes.ts
echo "$(wc -c < "$work/letter.pdf") bytes"
