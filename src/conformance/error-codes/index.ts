import type { TerrESanteErrorCode } from '../../errors.ts';
import { accessCodes } from './access.ts';
import { authenticationCodes } from './authentication.ts';
import { documentCodes } from './documents.ts';
import { exchangeCodes } from './exchange.ts';
import { identityCodes } from './identity.ts';
import type { ErrorCodeRow } from './model.ts';
import { useCodes } from './use.ts';

/** Every code an error can carry, in the order of the pages of the docs. */
export const errorCodeRows: Readonly<Record<TerrESanteErrorCode, ErrorCodeRow>> = {
  ...useCodes,
  ...identityCodes,
  ...accessCodes,
  ...authenticationCodes,
  ...documentCodes,
  ...exchangeCodes,
} satisfies Record<TerrESanteErrorCode, ErrorCodeRow>;
