export {
  isTerrESanteError,
  TerrESanteError,
  type Finding,
  type SafeDetails,
  type Severity,
  type TerrESanteErrorCode,
  type TerrESanteErrorInit,
} from './errors.ts';
