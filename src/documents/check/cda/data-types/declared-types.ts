/**
 * Data types that a document may declare by `xsi:type`, with the attributes that the schema of CDA
 * gives to each beside `nullFlavor` (HL7 V3 data types release 1).
 */
export const declaredTypes: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    '': 'QTY RTO RTO_MO_PQ RTO_PQ_PQ RTO_QTY_QTY SLIST_PQ SLIST_TS',
    code: 'CS',
    'code codeSystem codeSystemName codeSystemVersion displayName': 'CD CE CO CV HXIT_CE',
    'code codeSystem codeSystemName codeSystemVersion displayName operator': 'SXCM_CD',
    'code codeSystem codeSystemName codeSystemVersion displayName qty': 'BXIT_CD',
    'code codeSystem codeSystemName codeSystemVersion displayName value': 'PQR',
    inverted: 'CR',
    'period denominator': 'GLIST_PQ GLIST_TS',
    representation: 'BIN',
    'representation mediaType language': 'ST',
    'representation mediaType language code codeSystem codeSystemName codeSystemVersion displayName': 'SC',
    'representation mediaType language compression integrityCheck integrityCheckAlgorithm': 'ED',
    'representation mediaType language partType': 'ADXP',
    'representation mediaType language partType qualifier': 'ENXP',
    'root extension assigningAuthorityName displayable': 'II',
    use: 'EN ON PN TN',
    'use isNotOrdered': 'AD',
    value: 'BL BN INT REAL TS URL',
    'value currency': 'MO',
    'value currency inclusive': 'IVXB_MO',
    'value currency operator': 'IVL_MO SXCM_MO',
    'value distributionType': 'PPD_TS',
    'value distributionType inclusive': 'IVXB_PPD_TS',
    'value distributionType operator': 'EIVL_PPD_TS IVL_PPD_TS SXCM_PPD_TS',
    'value distributionType operator alignment institutionSpecified': 'PIVL_PPD_TS',
    'value inclusive': 'IVXB_INT IVXB_REAL IVXB_TS',
    'value operator': 'EIVL_TS IVL_INT IVL_REAL IVL_TS SXCM_INT SXCM_REAL SXCM_TS SXPR_TS',
    'value operator alignment institutionSpecified': 'PIVL_TS',
    'value probability': 'UVP_TS',
    'value unit': 'HXIT_PQ PQ',
    'value unit distributionType': 'PPD_PQ',
    'value unit distributionType inclusive': 'IVXB_PPD_PQ',
    'value unit distributionType operator': 'IVL_PPD_PQ SXCM_PPD_PQ',
    'value unit inclusive': 'IVXB_PQ',
    'value unit operator': 'IVL_PQ SXCM_PQ',
    'value unit operator qty': 'BXIT_IVL_PQ',
    'value use': 'TEL',
  }).flatMap(([attributes, types]) => {
    const allowed = new Set(['nullFlavor', ...attributes.split(' ')]);
    return types.split(' ').map((type) => [type, allowed] as const);
  }),
);
