// The four kinds that the deposit form offers, with the defaults of the integration guide of Terr-eSanté.
import { documentKinds, findType } from 'terr-esante-sdk/documents';

/** Which types the form offers beside the default one. */
const otherTypes = { letter: ['96349-6'], prescription: ['57833-6'], 'report-pdf': ['11488-4'], 'vsm-structured': [] };

/** Kinds, types and confidentialities of the form: the first of each is the default. */
export async function depositForm({ codeSet }) {
  const kinds = await Promise.all(
    Object.entries(otherTypes).map(async ([kind, others]) => {
      const { label, types, body } = documentKinds[kind];
      const codes = [types[codeSet], ...others];
      return { kind, label, takesPdf: body === 'pdf', types: await Promise.all(codes.map(typeView)) };
    }),
  );
  return {
    kinds,
    confidentialities: [
      { code: 'N', label: 'Normal' },
      { code: 'R', label: 'Restreint' },
      { code: 'V', label: 'Très restreint' },
    ],
  };
}

async function typeView(code) {
  const type = await findType(code);
  return { code, label: type.displayName };
}
