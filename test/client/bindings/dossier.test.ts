import { describe } from 'vitest';

import { tellsDossier } from './suite.ts';

describe('a dossier over fhir-r4', () => tellsDossier('fhir-r4'));
